"""Imports as jobs: take a file in, start, stop and go on. The file, the run and its job are written together."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from uuid import UUID

from django.db import InterfaceError, OperationalError, transaction

from entrepot.channels import askers, files
from entrepot.channels.actions.import_catalogue import CATALOGUE, fail, settings_of, work_off
from entrepot.channels.actions.import_online_retail import KIND as HISTORY
from entrepot.channels.actions.import_online_retail import import_online_retail
from entrepot.channels.contracts import HISTORY_COLUMNS
from entrepot.channels.errors import FileGone, Interrupted, UnknownFormat, WrongState
from entrepot.channels.formats import FORMATS, detect
from entrepot.channels.models import ImportRun
from entrepot.channels.permissions import IMPORT
from entrepot.channels.tables import count_rows, open_table
from entrepot.channels.telling import tell_failed
from entrepot.kit import audit, clock, db
from entrepot.kit.actor import Actor
from entrepot.kit.errors import N_, DomainError, InvalidInput, NotFound
from entrepot.kit.ids import uuid7

State = ImportRun.State
_WAITS = (State.UPLOADED, State.STOPPED, State.FAILED)
_GOES_ON = (State.QUEUED, State.RUNNING, State.FAILED)


def receive_file(name: str, pieces: Iterable[bytes], *, corrects: UUID | None = None, actor: Actor) -> UUID:
    """Take a file in and say what it is; nothing of the shop changes before `start_import`.

    Raises InvalidInput, UnknownFormat and UnreadableFile, and keeps nothing then.
    """
    actor.require(IMPORT)
    with files.on_disk(name, pieces) as path:
        files.check(path)
        kind, total = _kind(path), count_rows(path)
        options = {}
        with transaction.atomic():
            if corrects is not None:
                options = dict(_locked(corrects).options)
            run = ImportRun(id=uuid7(), kind=kind, file_name=Path(name).name[:200], digest=files.digest(path),
                            state=State.UPLOADED, total=total, options=options, asked_by=askers.told(actor),
                            corrects_id=corrects, started_at=clock.now())
            run.size = files.keep(run.id, path)
            run.save(force_insert=True)
            audit.record(actor, "channels.upload_import", "channels.import", run.id, new={"kind": kind, "rows": total})
    return run.id


def _kind(path: Path) -> str:
    header, _rows = open_table(path)
    if name := detect(header):
        return f"{CATALOGUE}{name}"
    if set(HISTORY_COLUMNS) <= set(header) and path.suffix != ".xlsx":
        return HISTORY
    raise UnknownFormat(formats=", ".join([*FORMATS, HISTORY]))


def _locked(run_id: UUID) -> ImportRun:
    run = ImportRun.objects.select_for_update().filter(pk=run_id).first()
    if run is None:
        raise NotFound(N_("import"))
    return run


def start_import(run_id: UUID, *, channel_code: str = "", language: str = "", warehouse_code: str = "",
                 actor: Actor) -> None:
    """Have a worker bring the file in; one that was stopped or failed goes on where it was, read as before."""
    actor.require(IMPORT)
    with transaction.atomic():
        run = _locked(run_id)
        if run.state not in _WAITS:
            raise WrongState(state=run.state)
        if not files.is_kept(run_id):
            raise FileGone
        if run.batches == 0:
            run.options = {"channel": channel_code, "language": language, "warehouse": warehouse_code}
            _check_options(run.options)
        run.state, run.asked_by, run.error, run.changed_at = State.QUEUED, askers.told(actor), {}, clock.now()
        run.save()
        enqueue("channels.run_import", run_id)
        audit.record(actor, "channels.start_import", "channels.import", run_id, new=run.options)


def _check_options(options: dict[str, str]) -> None:
    from entrepot.inventory import public as inventory

    if options["channel"] or options["language"]:
        settings_of(options)
    if options["warehouse"] and options["warehouse"] not in {w.code for w in inventory.warehouses()}:
        raise InvalidInput("warehouse", N_("Choose one of the list."))


def enqueue(task: str, run_id: UUID) -> None:  # lint: allow action-actor
    """One run of a kind at a time: two imports would only wait for each other's rows."""
    db.execute("INSERT INTO procrastinate_jobs (queue_name, task_name, priority, lock, args)"
               " VALUES ('default', %(task)s::text, 0, %(task)s::text, jsonb_build_object('run_id', %(run)s::text))",
               {"task": task, "run": str(run_id)})


def stop_import(run_id: UUID, *, actor: Actor) -> None:
    """After the batch at hand. What is in stays in; `start_import` goes on from there."""
    actor.require(IMPORT)
    with transaction.atomic():
        run = _locked(run_id)
        if run.state not in (State.QUEUED, State.RUNNING):
            raise WrongState(state=run.state)
        run.state, run.changed_at = State.STOPPED, clock.now()
        run.save(update_fields=["state", "changed_at"])
        audit.record(actor, "channels.stop_import", "channels.import", run_id, new={"rows": run.rows})


def discard_import(run_id: UUID, *, actor: Actor) -> None:
    """Forget a file that was never started."""
    actor.require(IMPORT)
    with transaction.atomic():
        run = _locked(run_id)
        if run.state != State.UPLOADED:
            raise WrongState(state=run.state)
        audit.record(actor, "channels.discard_import", "channels.import", run_id, old={"file": run.file_name})
        files.forget(run_id)
        run.delete()


def run_import(run_id: UUID) -> None:  # lint: allow action-actor  acts for whoever asked, with their rights of today
    """What the worker does. Safe to repeat: a run that a dead worker left goes on after its last whole batch."""
    run = _begun(run_id)
    if run is None:
        return
    try:
        actor = askers.actor_of(run.asked_by)
        with files.on_disk(run.file_name, files.pieces(run_id)) as path:
            if run.kind == HISTORY:
                import_online_retail(path, run=run, actor=actor)
            else:
                work_off(run, path, actor=actor)
    except Interrupted:
        return
    except (OperationalError, InterfaceError):
        raise  # the database is away: the job comes back
    except DomainError as error:
        _fail(run, error)
    except Exception:
        _fail(run)
        raise


def _fail(run: ImportRun, error: DomainError | None = None) -> None:
    with transaction.atomic():
        if fail(ImportRun, run.pk, error):
            run.refresh_from_db(fields=["changed_at"])
            tell_failed(run)


def _begun(run_id: UUID) -> ImportRun | None:
    with transaction.atomic():
        run = ImportRun.objects.select_for_update().filter(pk=run_id, state__in=_GOES_ON).first()
        if run is not None:
            run.state, run.began_at, run.began_rows = State.RUNNING, clock.now(), run.rows
            run.save(update_fields=["state", "began_at", "began_rows"])
    return run
