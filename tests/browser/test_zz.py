from tests.browser.test_axe import *
for _n in [n for n in list(globals()) if n.startswith("test_")]: del globals()[_n]
ONLY={"staff.conversation_page","staff.reviewed_page","person.review","printing.review","staff.history","person.read","person.messages","staff.plan","person.plan","staff.case","staff.manager_act","person.home","person.rights","printing.complaint"}
def test_zz(lived_in, seen, open_window):
    axe, wrong = Axe(), []
    hands={}
    for page in [s for s in seen if s.endpoint in ONLY]:
        if page.who not in hands:
            hands[page.who]=open_window(lived_in.url); hands[page.who].sign_in(page.who)
        hand=hands[page.who]
        hand.page.set_viewport_size({"width": WIDE[0], "height": WIDE[1]})
        hand.go(page.address)
        wrong += wrong_with(page, hand, axe)
        if page.endpoint in ("staff.conversation_page","staff.reviewed_page","staff.history"):
            hand.page.emulate_media(color_scheme="dark"); hand.picture(f"dark-{page.endpoint}"); hand.page.emulate_media(color_scheme="light")
        print(page, hand.troubles); hand.troubles.clear()
    assert not wrong, "\n".join(wrong)
