"""What a server loads: the application, built from the environment."""

from casemgr import create_app

app = create_app()
