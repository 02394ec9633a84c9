-- A file of the first release: its tables as its program made them, and two check-ins of one day.
CREATE TABLE journal (
    schema_version INTEGER NOT NULL,
    person_salt BLOB NOT NULL,
    PRIMARY KEY (schema_version)
);
CREATE TABLE ticket_counter (
    business_day DATE NOT NULL,
    prefix VARCHAR(2) NOT NULL,
    last INTEGER NOT NULL,
    PRIMARY KEY (business_day, prefix)
);
CREATE TABLE visit (
    visit_id VARCHAR(32) NOT NULL,
    business_day DATE NOT NULL,
    prefix VARCHAR(2) NOT NULL,
    number INTEGER NOT NULL,
    ticket VARCHAR(16) NOT NULL,
    service_code VARCHAR(32) NOT NULL,
    service JSON NOT NULL,
    full_name VARCHAR NOT NULL,
    birth_year INTEGER,
    trust VARCHAR(16) NOT NULL,
    priority VARCHAR(16) NOT NULL,
    verdict VARCHAR(16) NOT NULL,
    reasons JSON NOT NULL,
    benefit_percent INTEGER,
    route VARCHAR NOT NULL,
    card_number VARCHAR NOT NULL,
    valid_from DATE,
    valid_to DATE,
    facility VARCHAR NOT NULL,
    area VARCHAR NOT NULL,
    created_at VARCHAR(40) NOT NULL,
    answered_at VARCHAR(40),
    PRIMARY KEY (visit_id),
    CONSTRAINT one_ticket_per_number UNIQUE (business_day, prefix, number)
);
CREATE TABLE visit_person (
    person_key VARCHAR(64) NOT NULL,
    business_day DATE NOT NULL,
    service_code VARCHAR(32) NOT NULL,
    visit_id VARCHAR(32) NOT NULL,
    PRIMARY KEY (person_key, business_day, service_code),
    FOREIGN KEY(visit_id) REFERENCES visit (visit_id)
);
CREATE TABLE print_log (
    id INTEGER NOT NULL,
    visit_id VARCHAR(32) NOT NULL,
    at VARCHAR(40) NOT NULL,
    outcome VARCHAR(64) NOT NULL,
    PRIMARY KEY (id),
    FOREIGN KEY(visit_id) REFERENCES visit (visit_id)
);
CREATE INDEX print_log_of_visit ON print_log (visit_id);
INSERT INTO journal VALUES (1, X'000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f');
INSERT INTO ticket_counter VALUES ('2026-08-03', 'B', 2);
INSERT INTO visit VALUES ('aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa', '2026-08-03', 'B', 1, 'B001', 'nhi', '{"code": "nhi", "name": {"vi": "Khám nhi", "en": "Children"}, "prefix": "B", "room": {"code": "105", "name": {"vi": "Phòng 105", "en": "Room 105"}, "place": {"vi": "Tầng 1", "en": "Floor 1"}}, "price_vnd": 0}', 'Nguyễn Văn Mẫu', 2019,
    'CODE_ONLY', 'under-six', 'covered', '[]', 80, '1.1', '', '2026-01-01', NULL, '99001', 'K1', '2026-08-03T08:00:00+07:00', NULL);
INSERT INTO visit VALUES ('bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb', '2026-08-03', 'B', 2, 'B002', 'nhi', '{"code": "nhi", "name": {"vi": "Khám nhi", "en": "Children"}, "prefix": "B", "room": {"code": "105", "name": {"vi": "Phòng 105", "en": "Room 105"}, "place": {"vi": "Tầng 1", "en": "Floor 1"}}, "price_vnd": 0}', 'Trần Thị Mẫu', 2019,
    'CODE_ONLY', 'under-six', 'covered', '[]', 80, '1.1', '', '2026-01-01', NULL, '99001', 'K1', '2026-08-03T08:00:00+07:00', NULL);
INSERT INTO visit_person VALUES ('5a315665b6c6a244c817eed7a2be5445b9d652c19ba0bc2aea5b32374615d2ac', '2026-08-03', 'nhi', 'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa');
INSERT INTO visit_person VALUES ('a63db79f15747436627c902f9d96e46117ba4d3b9e03843964d630c67c16c647', '2026-08-03', 'nhi', 'bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb');
INSERT INTO print_log (visit_id, at, outcome) VALUES ('aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa', '2026-08-03T08:00:01+07:00', 'printed');
CREATE TRIGGER print_log_no_update BEFORE UPDATE ON print_log BEGIN SELECT RAISE(ABORT, 'rows of print_log are only ever added'); END;
CREATE TRIGGER print_log_no_delete BEFORE DELETE ON print_log BEGIN SELECT RAISE(ABORT, 'rows of print_log are only ever added'); END;
