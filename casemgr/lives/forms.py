"""What is typed of two files: whether they are of one child, and why they are parted again."""

from wtforms import StringField
from wtforms.validators import AnyOf, ValidationError

from casemgr.children.rules import child_of
from casemgr.core.words import _, _l
from casemgr.search.terms import Verdict
from casemgr.web.forms import BaseForm, text


class LikenessForm(BaseForm):
    """Which other file is meant, and what its child is to this one; the boxes are drawn by the page."""

    child = StringField(_l("Which one?"))
    verdict = StringField(
        _l("What is it to this child?"),
        [AnyOf([str(one.value) for one in Verdict], message=_l("Say whether it is the same child."))],
    )

    def validate_child(self, field: StringField) -> None:
        if not self.chosen():
            raise ValidationError(_("Choose the child that is meant."))

    def chosen(self) -> int:
        """The child behind the mark; 0 is nobody."""
        return child_of(self.child.data or "") or 0


class PartingForm(BaseForm):
    """How somebody knows that one file is of two children."""

    why = text(_l("How do you know that they are two children?"), longest=1000)
