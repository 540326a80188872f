"""Whether photos may be sent: what the user is asked before a search that sends some, and what they agreed to."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QWidget

from facesorter.domain.messages import gettext as _
from facesorter.ui.shell import words
from facesorter.ui.shell.theme import Theme
from facesorter.ui.sort.search_form import SearchForm

if TYPE_CHECKING:
    from facesorter.domain.spending import PricedTerms, Terms
    from facesorter.pipeline.sort_request import SortRequest


class Sending:
    """The user is asked once, and again after they have withdrawn their consent."""

    def __init__(self, form: SearchForm, theme: Theme, page: QWidget) -> None:
        self._form = form
        self._theme = theme
        self._page = page

    def agreed(self, request: SortRequest) -> SortRequest | None:
        """The request, held to the price that was shown if it costs anything; None if the user does not agree."""
        if request.terms is None:
            return request
        engine = self._form.where.engine
        if not self.may_send(engine.sentence(), request.terms):
            return None
        told = engine.price
        agreed = replace(request.terms, most_calls=None if told is None else told.most.calls)
        return replace(request, terms=agreed)

    def agreed_to(self, priced: PricedTerms) -> bool:
        """Whether Amazon Rekognition may look at what is left to check, at this price."""
        price = _("Amazon Rekognition, {}: {}.").format(priced.region, words.price(priced.cost, priced.most))
        return self.may_send(price, priced.terms)

    def may_send(self, price: str, terms: Terms) -> bool:
        """Whether the user has agreed, before or now, that photos leave this computer at this price (a sentence)."""
        from facesorter.ui.paid.consent_dialog import may_send

        return may_send(self._form.choice, price, terms.most_dollars, self._theme, self._page)
