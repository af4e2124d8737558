"""A table in a form: rows that are added, changed and taken away, with or without script."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

AGAIN = "again"  # a button of that name shows the form once more, with what was typed
_MOST = 200
Row = Mapping[str, Any]


class RowsWidget(forms.Widget):
    template_name = "office/system/_rows.html"
    is_rows = True

    def __init__(self, columns: Mapping[str, forms.Field], add: Any) -> None:
        super().__init__()
        self.columns, self.add = columns, add
        self.wrong: dict[tuple[int, str], str] = {}

    def value_from_datadict(self, data: Mapping[str, Any], files: Any, name: str) -> list[Row]:
        """The rows as they were typed, after the button that adds or drops one."""
        count = str(data.get(f"{name}-n", ""))
        rows: list[Row] = [{code: field.widget.value_from_datadict(data, files, f"{name}-{n}-{code}")
                            for code, field in self.columns.items()}
                           for n in range(min(int(count) if count.isascii() and count.isdigit() else 0, _MOST))]
        match str(data.get(AGAIN, "")).split(":"):
            case [table, "add"] if table == name:
                rows.append({})
            case [table, "drop", at] if table == name and at.isascii() and at.isdigit():
                del rows[int(at):int(at) + 1]
        return rows

    def value_omitted_from_data(self, data: Mapping[str, Any], files: Any, name: str) -> bool:
        return f"{name}-n" not in data

    def get_context(self, name: str, value: Sequence[Row] | None, attrs: Any) -> dict[str, Any]:
        rows = [(n, [self._cell(name, n, code, row.get(code)) for code in self.columns])
                for n, row in enumerate(value or [{}])]
        context: dict[str, Any] = super().get_context(name, None, attrs)
        return {**context, "rows": rows, "count": len(rows), "add": self.add, "again": AGAIN,
                "labels": [field.label for field in self.columns.values()]}

    def _cell(self, name: str, n: int, code: str, value: Any) -> dict[str, Any]:
        field, key, error = self.columns[code], f"{name}-{n}-{code}", self.wrong.get((n, code), "")
        told = {"aria-invalid": "true", "aria-describedby": f"{key}-error"} if error else {}
        attrs = {"id": f"id_{key}", "aria-label": _("{what}, row {n}").format(what=field.label, n=n + 1), **told}
        return {"widget": field.widget.get_context(key, field.prepare_value(value), attrs)["widget"],
                "label": field.label, "error": error, "key": key}


class RowsField(forms.Field):
    """Cleaned row by row; a row with nothing in it is none."""

    widget: RowsWidget

    def __init__(self, columns: Mapping[str, forms.Field], *, add: Any, **options: Any) -> None:
        super().__init__(widget=RowsWidget(columns, add), **options)

    def clean(self, value: Sequence[Row] | None) -> list[dict[str, Any]]:
        rows, wrong = [], dict[tuple[int, str], str]()
        for n, given in enumerate(value or ()):
            if not any(given.values()):
                continue
            row = {}
            for code, field in self.widget.columns.items():
                try:
                    row[code] = field.clean(given.get(code))
                except ValidationError as error:
                    wrong[n, code] = " ".join(error.messages)
            rows.append(row)
        self.widget.wrong = wrong
        if wrong:
            raise ValidationError(_("Please look at the fields marked below."))
        if self.required and not rows:
            raise ValidationError(self.error_messages["required"], code="required")
        return rows
