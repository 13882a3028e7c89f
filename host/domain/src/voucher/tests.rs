use super::*;

fn at(time: &str) -> Timestamp {
    time.parse().unwrap()
}

fn euros(minor: i64) -> Money {
    Money { minor, currency: "EUR".parse().unwrap() }
}

fn anna() -> CustomerId {
    CustomerId::derived(&["anna"])
}

fn voucher(benefit: Benefit, binding: Binding, minimum: Option<Money>) -> Voucher {
    let terms = OfferTerms {
        name: "Birthday".to_owned(),
        benefit,
        binding,
        valid_days: 30,
        minimum,
        stock: None,
        per_customer: None,
        status: OfferStatus::Active,
    };
    let offer = Offer::new("birthday".to_owned(), terms, at("2026-01-01T00:00:00Z")).unwrap();
    let cause = Cause { reason: "birthday".into(), text: "A gift.".into(), rule_version: "p@1".into(), event: None };
    let issued = at("2026-03-01T08:00:00Z");
    Voucher::issued(&offer, VoucherCode::of([7; 10]), anna(), cause, (issued, issued), &Zone::utc())
}

#[test]
fn a_code_reads_back_however_it_is_typed() {
    let code = VoucherCode::of([0x12, 0x34, 0x56, 0x78, 0x9a, 0xbc, 0xde, 0xf0, 0x11, 0x22]);
    let typed = code.to_string();
    assert_eq!(typed.len(), 19);
    for way in [typed.clone(), typed.to_lowercase(), typed.replace('-', ""), typed.replace('-', " ")] {
        assert_eq!(way.parse::<VoucherCode>().unwrap(), code);
    }
    assert_eq!(typed.replace('0', "O").replace('1', "l").parse::<VoucherCode>().unwrap(), code);
    for wrong in ["", "7K3M", "7K3M-Q9TX-2B8H-VW4D-1", "7K3M-Q9TX-2B8H-VW4U", "7K3M-Q9TX-2B8H-VW4!"] {
        assert!(wrong.parse::<VoucherCode>().is_err(), "{wrong}");
    }
}

#[test]
fn a_voucher_is_used_once_up_to_its_last_day() {
    let voucher = voucher(Benefit::Percent { percent: 15 }, Binding::Bearer, None);
    assert_eq!(voucher.last_day.to_string(), "2026-03-31");
    let shown = Shown { basket: Some(euros(19_99)), reference: Some("R-1".to_owned()), ..Shown::default() };
    let last = at("2026-03-31T23:59:59Z");
    let used = voucher.used(&shown, last).unwrap();
    assert_eq!(used.used.as_ref().unwrap().discount, Some(euros(3_00)));
    let again = used.used(&shown, last).unwrap_err();
    assert_eq!(again.to_string(), "the voucher was used at 2026-03-31T23:59:59.000Z for `R-1`");
    assert!(matches!(voucher.used(&shown, at("2026-04-01T00:00:00Z")), Err(VoucherRefused::Expired(_))));
    assert!(matches!(used.cancelled(), Err(VoucherRefused::Used { .. })));
    let back = used.given_back().unwrap();
    assert_eq!((back.status, back.expires_at), (VoucherStatus::Issued, voucher.expires_at));
    assert_eq!(back.given_back(), Err(VoucherRefused::NotUsed));
    assert_eq!(back.cancelled().unwrap().used(&shown, last), Err(VoucherRefused::Cancelled));
}

#[test]
fn a_bound_voucher_wants_its_customer_and_a_minimum_its_basket() {
    let voucher = voucher(Benefit::Money(euros(10_00)), Binding::Customer, Some(euros(50_00)));
    let now = at("2026-03-02T00:00:00Z");
    let shown = |customer, basket| Shown { customer, basket, reference: None };
    assert_eq!(voucher.used(&shown(None, Some(euros(60_00))), now), Err(VoucherRefused::Unnamed));
    let ben = CustomerId::derived(&["ben"]);
    assert_eq!(voucher.used(&shown(Some(ben), Some(euros(60_00))), now), Err(VoucherRefused::Bound(ben)));
    assert_eq!(voucher.used(&shown(Some(anna()), None), now), Err(VoucherRefused::NoBasket(euros(50_00))));
    let small = voucher.used(&shown(Some(anna()), Some(euros(49_99))), now).unwrap_err();
    assert_eq!(small, VoucherRefused::SmallBasket { minimum: euros(50_00), basket: euros(49_99) });
    assert_eq!(small.to_string(), "the voucher needs a basket of at least 50.00 EUR, and this one comes to 49.99 EUR");
    let yen = Money { minor: 9_999_999, currency: "JPY".parse().unwrap() };
    let foreign = voucher.used(&shown(Some(anna()), Some(yen)), now).unwrap_err();
    assert!(foreign.to_string().contains("a basket of 9999999 JPY is not"), "{foreign}");
    let used = voucher.used(&shown(Some(anna()), Some(euros(50_00))), now).unwrap();
    assert_eq!(used.used.unwrap().discount, Some(euros(10_00)));
}
