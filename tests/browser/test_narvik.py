"""The Narvik case through the screens from need to closed, with scripts and without; no rule is tested here."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import timedelta
from pathlib import Path

import pytest
from redis import Redis

from jobs.broker import Broker
from tests.browser.conftest import OpenHand
from tests.browser.hand import NARROW, Effort, Hand
from tests.browser.site import Site, running, served
from tests.browser.town import People, empty_town, today
from tests.jobs.yard import until
from tests.servers.databases import PostgresBackend, SqliteBackend
from tests.servers.mail import Inbox, mail_server
from workflow.record.history.verify import verify
from workflow.rules.names.steps import MeasureStep, MeetingStep, PlanStep

BOOK, ATTEND, DEDUCT = "Bestille time på trygdekontoret", "Møte til timen", "Få til fast trekk"
FOOD = "Hjelp til mat"
RESULT = "Det ble som vi ville"
ADDRESS = "kim.olsen@example.test"
BEGINNING = [
    PlanStep.REPORT_NEED,
    PlanStep.ASK_CONFIRMATION,
    PlanStep.CONFIRM,
    PlanStep.START_INFORMALLY,
]
Measured = Callable[[str, object], None]
pytestmark = pytest.mark.browser


class Case:
    """Kim's plan as Mona, Oda, Lars and Kim see it on their screens."""

    def __init__(self, site: Site, open_window: OpenHand, scripts: bool) -> None:
        self.people = People(site.engine)
        self.mona = open_window(site.url, scripts=scripts)
        self.oda = open_window(site.url, scripts=scripts)
        self.lars = open_window(site.url, scripts=scripts)
        self.kim = open_window(site.url, NARROW, scripts)
        self.efforts: list[Effort] = []

    @contextmanager
    def effort(self, hand: Hand, name: str) -> Iterator[Effort]:
        """Counts a piece of work and keeps the figure."""
        with hand.effort(name) as effort:
            yield effort
        self.efforts.append(effort)

    @property
    def address(self) -> str:
        """The plan's page for staff."""
        return f"/plan/{self.people.plan('Kim Olsen')}"

    def start(self) -> None:
        """Mona reports the need and starts now; the decision comes afterwards."""
        mona = self.mona
        mona.sign_in("Mona Lillevik")
        with self.effort(mona, "valid start of a plan") as cost:
            mona.press("Meld behov")
            mona.picture("meld")
            mona.write("Navn", "Kim Olsen")
            mona.tick("Hvordan sa personen ja", "Muntlig")
            mona.press("Send meldingen")
            mona.picture("meldt")
            mona.press("Mine planer")
            mona.press("Kim Olsen")
            mona.picture("plan-meldt")
            mona.press("Start nå, vedtak etterpå")
            mona.press("Mer")
            mona.picture("start")
            mona.pick("Hvem koordinerer", "Mona Lillevik")
            mona.pick("Hvilken leder", "Lars Vestgård")
            mona.press("Start nå, vedtak etterpå")
        mona.sees("Det skjer først når den andre har bekreftet")
        mona.picture("start-venter")
        assert cost.fields <= 4, cost
        self.confirm()
        mona.go(self.address)
        mona.sees("vedtak mangler")

    def confirm(self) -> None:
        """Lars confirms from his own screen that Mona begins."""
        lars = self.lars
        lars.sign_in("Lars Vestgård")
        lars.go("/venter")
        lars.picture("bekreft")
        lars.page.get_by_role("link", name="Ja, jeg bekrefter").click()
        lars.press("Ja, jeg bekrefter")

    def talk(self) -> None:
        """The five questions; the answers are Kim's own."""
        mona = self.mona
        mona.press("Fem spørsmål")
        mona.picture("fem-sporsmal")
        mona.write("Hva er det viktigste", "Å få beholde leiligheten")
        mona.write("Hva er det som skal til", "At husleia trekkes før pengene kommer")
        mona.write("Hvordan kan du få det til", "Betale husleia i rett tid hver måned")
        mona.press("Lagre")
        mona.sees("Betale husleia i rett tid hver måned", "At husleia trekkes")

    def agree(self, text: str, days: int, consequence: str = "") -> None:
        """A measure agreed while they sit together: Kim is accountable, Mona helps."""
        mona = self.mona
        mona.press("+ Tiltak")
        mona.write("Hva skal gjøres", text)
        mona.pick("Ansvarlig", "Kim Olsen")
        mona.tick("Sammen med", "Mona Lillevik")
        mona.write("Avtalt til", str(today() + timedelta(days=days)))
        if consequence:
            mona.press("Mer")
            mona.write("Hvis det ikke blir noe av", consequence)
        mona.tick("Hvordan sa personen ja", "Muntlig")
        mona.page.get_by_label("Den ansvarlige var med og sa ja").check()
        mona.picture("avtalt-i-motet")
        mona.press("Avtalt i møtet")

    def first_done(self) -> None:
        """Booked the same day, done and evaluated together."""
        mona = self.mona
        with self.effort(mona, "a written measure agreed, done and evaluated") as cost:
            mona.press("Ferdig og evaluert", about=BOOK)
            mona.tick("Hvordan gikk det", "Det ble som vi ville")
            mona.tick("Hva syntes personen", "Bra")
            mona.tick("Hvordan sa personen ja", "Muntlig")
            mona.picture("ferdig-og-evaluert")
            mona.press("Ferdig og evaluert")
        assert cost.clicks <= 2, cost
        row = mona.page.get_by_role("row", name=re.compile(BOOK)).inner_text()
        assert "Kim sammen med Mona" in row and row.count("✓") == 1, row

    def no_show(self) -> None:
        """What was agreed is shown, nobody takes over; then Kim gets a new hour himself."""
        mona = self.mona
        mona.press("Ble ikke noe av", about=ATTEND)
        mona.sees("Hvis ikke: Ingen trekkavtale")
        mona.picture("ble-ikke-noe-av")
        mona.press("Ble ikke noe av")
        mona.page.get_by_label(f"Mer om {ATTEND}", exact=True).click()
        mona.press("Flytt dato", about=ATTEND)
        mona.write("Ny dato", str(today() + timedelta(days=1)))
        mona.write("Hvorfor", "Kim ordnet ny time selv")
        mona.picture("flytt-dato")
        mona.press("Flytt dato")
        mona.sees("innen i morgen", "Kim sammen med Mona")

    def provisional_reply(self) -> None:
        """The office says within the month that the work has begun."""
        oda = self.oda
        oda.sign_in("Oda Myrvang")
        oda.sees("alt i gang")
        oda.picture("innkomne")
        oda.press("Kim Olsen")
        oda.press("Flere steg")
        oda.picture("plan-flere-steg")
        oda.press("Foreløpig svar")
        oda.write("Hvorfor tar det tid", "Vedtaket skrives nå")
        oda.write("Når kommer svaret", str(today() + timedelta(days=14)))
        oda.press("Foreløpig svar")

    def decide(self) -> None:
        """The decision afterwards, in force from the first day, and its letter."""
        oda = self.oda
        with self.effort(oda, "decision afterwards") as cost:
            oda.press("Fatt vedtak for det som er i gang")
            oda.picture("vedtak")
            oda.write("Hvorfor varer behovet", "Det har vart i mange år.")
            oda.write("Hvilke tjenester må samarbeide", "MAT, Nav og fastlegen.")
            oda.tick("Hvilket regelverk", "Helse (klage innen 4 uker)")
            oda.tick("Hvordan får personen brevet", "Gitt i hånden")
            oda.press("Fatt vedtak for det som er i gang")
        assert cost.fields <= 6, cost
        assert "vedtak mangler" not in oda.said()
        oda.press("Vedtaket")
        oda.sees("MAT, Nav og fastlegen.")
        oda.picture("brev")

    def own_page(self) -> None:
        """Kim ticks and says how it went, proposes, and reads the letter."""
        kim = self.kim
        kim.sign_in("Kim Olsen")
        kim.picture("min")
        with self.effort(kim, "the person reaches the coordinator") as cost:
            kim.press("Skriv til Mona")
        assert cost.clicks <= 1, cost
        assert kim.page.url.endswith("/meldinger")
        ring = kim.page.get_by_role("link", name="Ring Mona").first
        assert (ring.get_attribute("href") or "").startswith("tel:")
        kim.press("Til planen min")
        with self.effort(kim, "the person ticks and evaluates"):
            kim.press("Gjort!")
            kim.picture("gjort")
            kim.press("Bra", about=f"– {ATTEND}")
        kim.sees("2 av 3")
        kim.press("Jeg har et forslag")
        kim.picture("forslag")
        kim.write("Hva vil du at vi gjør", FOOD)
        kim.press("Send forslaget")
        kim.sees("Mona svarer innen")
        kim.press("Brev og historie")
        kim.picture("brev-og-historie")

    def stop_sharing(self) -> None:
        """Kim stops sharing with all and undoes it; Mona sees nothing meanwhile."""
        kim = self.kim
        kim.press("Til planen min")
        with self.effort(kim, "the person stops sharing") as cost:
            kim.press("Hva jeg deler")
            kim.picture("deler")
            kim.press("Slutt å dele med alle")
        assert cost.clicks <= 2, cost
        kim.picture("deler-ikke")
        self.mona.go(self.address)
        assert DEDUCT not in self.mona.said()
        assert self.mona.troubles.pop().startswith("404")
        with self.effort(kim, "the person undoes it") as cost:
            kim.press("Åpne planen igjen")
        assert cost.clicks <= 1, cost
        kim.sees("Mona Lillevik")

    def meet(self) -> None:
        """A meeting planned, called, held and minuted."""
        mona = self.mona
        mona.go(self.address)
        mona.press("Planlegg møte")
        mona.picture("planlegg-mote")
        mona.write("Dag", str(today()))
        mona.write("Klokka", "00:00")
        mona.write("Sted", "Kjøkkenet på MAT")
        mona.write("Saker", "Kim: husleia framover")
        mona.press("Planlegg møte")
        mona.press("Send innkalling")
        mona.picture("innkalling")
        mona.write("Hvorfor så kort varsel", "Kim vil ta det i dag")
        mona.tick("Hvordan sa personen ja", "Muntlig")
        mona.press("Send innkalling")
        mona.picture("mote")
        for step, words in (("Møtet er holdt", ""), ("Send referat", "Vi fortsetter.")):
            mona.press(step)
            if words:
                mona.write("Referat", words)
            else:
                for name in ("Mona Lillevik", "Kim Olsen"):
                    mona.tick("Hvem kom", name)
            mona.press(step)
        mona.sees("Referat sendt", "Vi fortsetter.")

    def answer(self) -> None:
        """Mona answers Kim's proposal: agreed, and she does it."""
        mona = self.mona
        mona.go(self.address)
        mona.press("Svar", about=FOOD)
        mona.picture("svar-pa-forslag")
        mona.pick("Ansvarlig", "Mona Lillevik")
        mona.page.get_by_label("Den ansvarlige var med og sa ja").check()
        mona.tick("Hvordan sa personen ja", "Muntlig")
        mona.write("Avtalt til", str(today() + timedelta(days=3)))
        mona.press("Avtal tiltaket")

    def review(self) -> None:
        """All measures on one page: one done, one as before; the plan goes on."""
        mona = self.mona
        mona.press("Evaluer og fortsett")
        mona.measure(DEDUCT, "Ferdig", "Bra", RESULT)
        mona.picture("evaluering")
        mona.tick("Hvordan synes personen", "Bra")
        mona.tick("Hvordan sa personen ja", "Muntlig")
        mona.write("Med personens egne ord", "Jeg bor her ennå")
        mona.press("Evaluer og fortsett")
        mona.sees("Neste evaluering")

    def close(self) -> None:
        """The last measure done, reviewed once more, and closed as agreed."""
        mona = self.mona
        mona.press("Evaluer og fortsett")
        mona.measure(FOOD, "Ferdig", "Bra", RESULT)
        mona.tick("Hvordan synes personen", "Bra")
        mona.tick("Hvordan sa personen ja", "Muntlig")
        mona.press("Bare evaluer")
        mona.sees("Evaluert, ikke ført videre")
        mona.press("Avslutt")
        mona.picture("avslutt")
        mona.tick("Hvorfor avslutter", "Målene er nådd")
        mona.write("Med noen få ord", "Husleia trekkes hver måned")
        mona.tick("Hvordan sa personen ja", "Muntlig")
        mona.press("Avslutt")

    def afterwards(self) -> None:
        """Kim still reads the plan, on paper too, and sees who has looked."""
        kim = self.kim
        kim.go("/")
        kim.press("Den forrige planen min")
        kim.picture("min-avsluttet")
        kim.press("Hvem har sett")
        kim.sees("Mona Lillevik", "Oda Myrvang")
        kim.picture("hvem-har-sett")
        plan = self.people.plan("Kim Olsen")
        kim.go(f"/papir/{plan}")
        table = kim.page.locator("table").first.text_content() or ""
        for words in ("Tiltak", "Ansvarlig", "Fullført", "Evaluert", BOOK, "Kim Olsen sammen med"):
            assert words in table, words
        kim.picture("papir")


def carried(case: Case, measured: Measured) -> None:
    """The whole story, in its order."""
    case.start()
    case.talk()
    case.agree(BOOK, 0)
    case.agree(ATTEND, 3, "Ingen trekkavtale")
    case.agree(DEDUCT, 6)
    case.people.give_address("Kim Olsen", ADDRESS)
    for scene in (
        case.first_done,
        case.no_show,
        case.provisional_reply,
        case.decide,
        case.own_page,
        case.stop_sharing,
        case.meet,
        case.answer,
        case.review,
        case.close,
        case.afterwards,
    ):
        scene()
    rows = case.people.rows(case.people.plan("Kim Olsen"))
    assert rows[:4] == BEGINNING and rows[-1] == PlanStep.CLOSE, rows
    told = [
        row
        for row in rows
        if row
        in (
            MeasureStep.CAME_TO_NOTHING,
            MeasureStep.MOVE_DATE,
            PlanStep.PROVISIONAL_REPLY,
            PlanStep.DECIDE_RETROACTIVELY,
            PlanStep.STOP_SHARING,
            PlanStep.SHARE_AGAIN,
            MeetingStep.SEND_MINUTES,
            PlanStep.CONTINUE,
        )
    ]
    assert told == [
        MeasureStep.CAME_TO_NOTHING,
        MeasureStep.MOVE_DATE,
        PlanStep.PROVISIONAL_REPLY,
        PlanStep.DECIDE_RETROACTIVELY,
        PlanStep.STOP_SHARING,
        PlanStep.SHARE_AGAIN,
        MeetingStep.SEND_MINUTES,
        PlanStep.CONTINUE,
    ]
    report = verify(case.people.engine)
    assert report.ok, report
    for cost in case.efforts:
        measured("effort", cost)


def test_with_scripts(
    postgresql_backend: PostgresBackend, broker: Broker, open_window: OpenHand, measured: Measured
) -> None:
    with Redis.from_url(broker.url) as client:
        client.flushall()
    with ExitStack() as servers:
        database = servers.enter_context(empty_town(postgresql_backend))
        inbox, port = servers.enter_context(mail_server())
        site = servers.enter_context(served(database, broker.url, port))
        log = Path(site.environment["PLANLOP_HOME"]) / "worker.log"
        servers.enter_context(running("worker", site.environment, log))
        carried(Case(site, open_window, scripts=True), measured)
        until(lambda: ADDRESS in inbox.to())
        says_nothing(inbox)


def says_nothing(inbox: Inbox) -> None:
    """No mail holds a name or anything of the plan's content."""
    for number, (_, mail) in enumerate(inbox.mails):
        words = f"{mail['Subject']} {inbox.text(number)}"
        assert not re.search("Kim|leilighet|husleie|Nav|mat ", words), words


def test_without_scripts(
    sqlite_backend: SqliteBackend, open_window: OpenHand, measured: Measured
) -> None:
    with empty_town(sqlite_backend) as database, served(database) as site:
        carried(Case(site, open_window, scripts=False), lambda *_: None)
