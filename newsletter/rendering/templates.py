"""Fill the templates, and say in which of them and where something is wrong.

All that a writer typed enters MJML as a token such as `@@f0@@`, and takes the token's place
after MJML is compiled. So nothing typed can be MJML, whatever it looks like.
"""

from __future__ import annotations

import re
from functools import partial
from typing import TYPE_CHECKING, Any

import jinja2
from jinja2.sandbox import SandboxedEnvironment
from markupsafe import Markup, escape
from typing_extensions import override

from newsletter.authoring.blocks import Questions
from newsletter.authoring.issue import Placed
from newsletter.errors import MistakeError, NewsletterError
from newsletter.findings import Finding, Severity
from newsletter.rendering import html, lines, plain, tables, words
from newsletter.rendering.places import Places
from newsletter.rendering.tags import tag

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import date, datetime
    from gettext import NullTranslations

    from jinja2.bccache import Bucket

    from newsletter.authoring.blocks import Question

_TOKEN = re.compile(r"@@f(\d+)@@")


class Splices:
    """Keep fragments of HTML out of MJML's way, each behind a token."""

    def __init__(self) -> None:
        self._fragments: list[str] = []

    def hold(self, value: object) -> object:
        """Return a token for a text or a fragment; numbers and nothing pass through."""
        if value is None or isinstance(value, int | float | jinja2.Undefined):
            return value
        self._fragments.append(str(escape(value)))
        return Markup(f"@@f{len(self._fragments) - 1}@@")  # noqa: S704 - a token of ours

    def splice(self, compiled: str) -> str:
        """Put every fragment in the place of its token, once, without looking into it."""
        return _TOKEN.sub(lambda found: self._fragments[int(found[1])], compiled)


class _Compiled(jinja2.BytecodeCache):
    """Keep compiled templates for the next render: the preview makes many.

    One for each kind of environment, as each compiles a template differently. Jinja itself
    looks whether the source is still the same.
    """

    def __init__(self) -> None:
        self._code: dict[str, bytes] = {}

    @override
    def load_bytecode(self, bucket: Bucket) -> None:
        if bucket.key in self._code:
            bucket.bytecode_from_string(self._code[bucket.key])

    @override
    def dump_bytecode(self, bucket: Bucket) -> None:
        self._code[bucket.key] = bucket.bytecode_to_string()


_COMPILED = {kind: _Compiled() for kind in ("mjml", "page", "text", "site", "letter")}


class Templates:
    """The look of an office: templates and style sheets by their file names."""

    def __init__(self, sources: Mapping[str, str]) -> None:
        self.sources = sources

    def mjml(self, name: str, context: Mapping[str, object], splices: Splices) -> str:
        """Fill a template of MJML; what was typed stays behind tokens of `splices`."""
        environment = self._environment(
            "mjml",
            autoescape=True,
            finalize=_late(partial(_keep_trusted, splices.hold)),
            extensions=[Places],
        )
        environment.filters["fragment"] = _late(splices.hold)
        return self._fill(environment, name, context)

    def page(self, name: str, context: Mapping[str, object]) -> str:
        """Fill a template of HTML."""
        return self._fill(self._environment("page", autoescape=True), name, context)

    def text(self, name: str, context: Mapping[str, object]) -> str:
        """Fill a template of plain text."""
        environment = self._environment("text", autoescape=False)
        environment.filters.update(
            prose=plain.prose_text,
            passage=plain.passage_text,
            words=plain.words_text,
            link=plain.link,
            wrap=lines.wrap,
            heading=lines.heading,
            hang=lines.indent,
            inset=lines.inset,
            figures=lines.figures,
        )
        return self._fill(environment, name, context)

    def translated(
        self, name: str, context: Mapping[str, object], translations: NullTranslations
    ) -> str:
        """Fill a template of HTML whose words are marked for translation."""
        return self._fill(self._speaking("site", translations, autoescape=True), name, context)

    def translated_text(
        self, name: str, context: Mapping[str, object], translations: NullTranslations
    ) -> str:
        """Fill a template of plain text whose words are marked for translation."""
        environment = self._speaking("letter", translations, autoescape=False)
        environment.filters.update(link=plain.link, wrap=lines.wrap, heading=lines.heading)
        return self._fill(environment, name, context)

    def _speaking(
        self, kind: str, translations: NullTranslations, *, autoescape: bool
    ) -> SandboxedEnvironment:
        environment = self._environment(
            kind, autoescape=autoescape, extensions=["jinja2.ext.i18n"]
        )
        # Newstyle: values are put in by Jinja, which escapes them.
        environment.install_gettext_translations(translations, newstyle=True)  # type: ignore[attr-defined]  # the extension's
        environment.policies["ext.i18n.trimmed"] = True
        environment.filters.update(day=_day_in, moment=_moment_in, weekday=_weekday_in)
        return environment

    def _environment(self, kind: str, **options: Any) -> SandboxedEnvironment:  # noqa: ANN401 - Jinja's own
        environment = SandboxedEnvironment(
            loader=jinja2.FunctionLoader(self._load),
            undefined=jinja2.StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
            keep_trailing_newline=True,
            optimized=False,  # to look for what is constant takes longer than to fill it in
            bytecode_cache=_COMPILED[kind],
            **options,
        )
        environment.filters.update(
            prose=html.prose_html,
            passage=html.passage_html,
            by_row=tables.read_by_row,
            words=html.words_html,
            day=words.day,
            weekday=words.weekday,
            month=words.month,
            clock=words.clock,
            listing=words.listing,
            either=words.either,
            vote=words.vote,
            to_question=_to_question,
            to_quote=words.to_quote,
            network=words.network,
            number=words.number,
        )
        environment.globals.update(tag=_tag, span=words.span)
        return environment

    def _load(self, name: str) -> tuple[str, str, Callable[[], bool]]:
        source = self.sources.get(name)
        if source is None:
            raise jinja2.TemplateNotFound(name)
        return source, _place(name), lambda: True

    def _fill(
        self, environment: SandboxedEnvironment, name: str, context: Mapping[str, object]
    ) -> str:
        try:
            return environment.get_template(name).render(context)
        except jinja2.TemplateSyntaxError as error:
            raise _mistake(error.name or name, error.lineno, error.message or "") from error
        except jinja2.TemplateNotFound as error:
            place, line = _where(error, name)
            message = f"There is no template “{error.name}”"
            hint = "Look at the names of the files in templates/."
            raise MistakeError(
                message,
                hint=hint,
                file=_place(place),
                line=line,
                findings=[_finding(_place(place), line, message, hint)],
            ) from error
        except MistakeError:
            raise
        except (jinja2.TemplateError, NewsletterError, ArithmeticError, LookupError) as error:
            raise _mistake(*_where(error, name), str(error)) from error
        except (TypeError, ValueError, AttributeError, RecursionError) as error:
            raise _mistake(*_where(error, name), str(error)) from error


def _late(change: Callable[[object], object]) -> Callable[[object, object], object]:
    """Have Jinja call `change` while it fills a template, never while it compiles one."""

    @jinja2.pass_eval_context
    def changed(_context: object, value: object) -> object:
        return change(value)

    return changed


def _keep_trusted(hold: Callable[[object], object], value: object) -> object:
    """Let through what a template or a macro wrote, and hold back all else."""
    return value if isinstance(value, Markup) else hold(value)


@jinja2.pass_context
def _day_in(context: jinja2.runtime.Context, value: date) -> str:
    """Return `30 March 2019` in the page's language."""
    from babel.dates import format_date  # noqa: PLC0415 - the email, which is English, can do without

    return format_date(value, "d MMMM y", locale=context["language"].locale)


@jinja2.pass_context
def _weekday_in(context: jinja2.runtime.Context, value: date) -> str:
    """Return `Saturday 30 March 2019` in the page's language."""
    from babel.dates import format_date  # noqa: PLC0415 - as above

    return format_date(value, "EEEE d MMMM y", locale=context["language"].locale)


@jinja2.pass_context
def _moment_in(context: jinja2.runtime.Context, value: datetime) -> str:
    """Return `30 March 2019, 14:05` as the clocks of London have it, in the page's language."""
    from babel.dates import format_datetime  # noqa: PLC0415 - as above

    locale = context["language"].locale
    return format_datetime(value, "d MMMM y, HH:mm", tzinfo=words.LONDON, locale=locale)


@jinja2.pass_context
def _to_question(context: jinja2.runtime.Context, item: Question) -> str:
    """Return the words of the link to a question, told apart from the issue's others."""
    parts = (part.block for part in context["issue"].body if isinstance(part, Placed))
    among = [other for block in parts if isinstance(block, Questions) for other in block.items]
    return words.to_question(item, among)


def _tag(field: str, landing: str) -> Markup:
    return Markup(tag(field, landing))  # noqa: S704 - letters and dashes


def _place(name: str) -> str:
    return f"templates/{name}"


def _where(error: BaseException, name: str) -> tuple[str, int | None]:
    """Return the template and line in which `error` arose."""
    place: tuple[str, int | None] = (name, None)
    frame = error.__traceback__
    while frame is not None:
        file = frame.tb_frame.f_code.co_filename
        if file.startswith("templates/"):
            place = (file.removeprefix("templates/"), frame.tb_lineno)
        frame = frame.tb_next
    return place


def _mistake(name: str, line: int | None, reason: str) -> MistakeError:
    message = f"The template cannot be filled: {reason.rstrip('.')}"
    hint = "Compare the line with the template that came with newsletter."
    finding = _finding(_place(name), line, message, hint)
    return MistakeError(message, hint=hint, file=_place(name), line=line, findings=[finding])


def _finding(file: str, line: int | None, message: str, hint: str) -> Finding:
    return Finding("template", Severity.ERROR, message, hint, file, line)
