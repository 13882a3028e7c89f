"""The SDK says what the contract says: the same records, the same cases."""

import dataclasses
import unittest
from typing import Any

import contract

from stammgast import contacts, effects, events, log, lookup, messages, records, requests, state

RECORDS: dict[str, type[Any]] = {
    "types/types": records,  # type: ignore[dict-item]
    "host/lookup": lookup,  # type: ignore[dict-item]
    "host/contacts": contacts,  # type: ignore[dict-item]
    "loyalty/loyalty-types": events,  # type: ignore[dict-item]
    "channel/channel-types": messages,  # type: ignore[dict-item]
    "feedback/effects": effects,  # type: ignore[dict-item]
}


class ContractTest(unittest.TestCase):
    def test_records_have_the_fields_of_the_contract(self) -> None:
        elsewhere = set()
        for place, module in RECORDS.items():
            for name, made in contract.interfaces()[place].types.items():
                if not dataclasses.is_dataclass(made) or "_" in name:
                    continue
                own = getattr(module, name, None) or getattr(requests, name, None)
                if own is None:
                    elsewhere.add(name)
                    continue
                theirs = {field.name for field in dataclasses.fields(made)}
                self.assertEqual({field.name for field in dataclasses.fields(own)}, theirs, name)
        # These have a shape of their own in Python: `datetime.date`, `Secret`, pairs, `Basic` and `Later`.
        self.assertEqual(elsewhere, {"Date", "SecretUse", "HttpHeader", "BasicCredentials", "TryLater"})

    def test_enumerations_have_the_cases_of_the_contract(self) -> None:
        pairs = [
            ("types/types", "Direction", records.Direction),
            ("host/log", "Level", log.Level),
            ("host/state", "Scope", state.Scope),
            ("host/contacts", "Purpose", contacts.Purpose),
            ("quality/effects", "Severity", effects.Severity),
            ("feedback/effects", "Kind", effects.Kind),
            ("channel/channel-types", "AddressKind", messages.AddressKind),
            ("channel/channel-types", "SecretEncoding", requests.Encoding),
            ("channel/channel-types", "HttpMethod", requests.Method),
            ("channel/channel-types", "SignatureScheme", requests.Scheme),
        ]
        for place, name, own in pairs:
            theirs = contract.interfaces()[place].types[name]
            self.assertEqual([case.name for case in own], [case.name for case in theirs], name)


if __name__ == "__main__":
    unittest.main()
