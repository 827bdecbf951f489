"""Stage 3, a wing of rooms: emergency measures, alternative care, the plan. Basis: Luật Trẻ em Điều 50, 52; NĐ 56/2017 Điều 28–32."""
