"""台帳からの用途: a use whose approval was given in the register of an organisation and not in policy.yaml."""

from __future__ import annotations

from ai_gov.policy.schema import Use


class RegisteredUse(Use):
    """台帳からの用途. Nobody writes it into a file."""

    application: str
    """The application that was decided last: approved, or ended (then it has no approval)."""
    listed: bool
    """Whether policy.yaml lists the use too."""

    @property
    def needs_approval(self) -> bool:
        """A use that only the register knows is one only while it is approved there."""
        return not self.listed
