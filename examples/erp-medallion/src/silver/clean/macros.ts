/**
 * How text of the source is cleaned, as macros of DuckDB: a column at a time, inside the engine. What cannot be cleaned
 * becomes null; `dirt_of` says why.
 */
export const macros = String.raw`
-- Texts that say "nothing": a null marker is no value. A list, since DuckDB makes a hash join of every IN with as many values.
CREATE OR REPLACE TEMP MACRO is_nothing(t) AS
  list_contains(['', '-', '--', '?', '.', 'n/a', 'na', '#n/a', 'null', 'none', 'nil', 'néant', 'neant', 'nc', 'n.c.', 'inconnu'], lower(trim(t)));

-- One blank between words, none around them, no control characters (Postgres refuses U+0000).
CREATE OR REPLACE TEMP MACRO clean_text(t) AS
  CASE WHEN is_nothing(t) THEN NULL
    ELSE nullif(trim(regexp_replace(t, '[\x00-\x1f\x7f\s\x{00a0}]+', ' ', 'g')), '') END;

-- E.164 (ITU-T). A number without country code is French: ten digits from 0, or nine where a spreadsheet took the zero.
CREATE OR REPLACE TEMP MACRO phone_digits(t) AS regexp_replace(replace(t, '(0)', ''), '[\s\x{00a0}./()_-]', '', 'g');
CREATE OR REPLACE TEMP MACRO with_plus(d) AS CASE WHEN starts_with(d, '00') THEN '+' || substr(d, 3) ELSE d END;
CREATE OR REPLACE TEMP MACRO e164(d) AS CASE
  WHEN regexp_full_match(d, '(0|\+?330?)?[1-9][0-9]{8}') THEN '+33' || right(d, 9)
  WHEN starts_with(d, '+33') THEN NULL
  WHEN regexp_full_match(d, '\+[1-9][0-9]{6,14}') THEN d END;
-- The list has one text: a macro's argument is planned, and its patterns compiled, as often as it is written.
CREATE OR REPLACE TEMP MACRO e164_of(t) AS list_transform([phone_digits(t)], lambda d: e164(with_plus(d)))[1];
CREATE OR REPLACE TEMP MACRO clean_phone(t) AS CASE WHEN is_nothing(t) THEN NULL ELSE e164_of(t) END;

-- The shape of RFC 5321 that real mail servers take: one @, labels of letters, digits and hyphens, no two dots in a row.
CREATE OR REPLACE TEMP MACRO email_text(t) AS CASE WHEN starts_with(lower(trim(t)), 'mailto:') THEN substr(lower(trim(t)), 8) ELSE lower(trim(t)) END;
CREATE OR REPLACE TEMP MACRO clean_email(t) AS
  CASE WHEN is_nothing(t) THEN NULL
    WHEN regexp_full_match(email_text(t), '[a-z0-9_%+-]+(\.[a-z0-9_%+-]+)*@([a-z0-9]([a-z0-9-]*[a-z0-9])?\.)+[a-z]{2,}')
    THEN email_text(t) END;

-- Codes of French places: five digits, of which spreadsheets lose the first zero.
CREATE OR REPLACE TEMP MACRO clean_zipcode(t, country) AS CASE
  WHEN is_nothing(t) THEN NULL
  WHEN coalesce(country, 'FR') = 'FR' AND regexp_full_match(replace(trim(t), ' ', ''), '[0-9]{4,5}')
    THEN lpad(replace(trim(t), ' ', ''), 5, '0')
  ELSE upper(trim(t)) END;

-- A town as it is compared: without case, accents, hyphens, and "St" for "Saint".
CREATE OR REPLACE TEMP MACRO place_name(t) AS trim(replace(replace(
  ' ' || regexp_replace(lower(strip_accents(t)), '[^a-z0-9]+', ' ', 'g') || ' ', ' ste ', ' sainte '), ' st ', ' saint '));

-- "12 rue des Lilas, Bâtiment B, 35000 Rennes, FR"
CREATE OR REPLACE TEMP MACRO full_address(a1, a2, zip, city, country) AS
  nullif(concat_ws(', ', clean_text(a1), clean_text(a2), nullif(concat_ws(' ', zip, city), ''), country), '');

-- What is wrong with a text that was there and could not be kept.
CREATE OR REPLACE TEMP MACRO dirt_of(col, t, cleaned, reason) AS CASE
  WHEN t IS NULL THEN NULL
  WHEN is_nothing(t) THEN col || ':null_marker'
  WHEN cleaned IS NULL THEN col || ':' || reason
  WHEN cleaned <> t THEN col || ':rewritten' END;

-- Days documents can have: not before the company's books, at most a year ahead.
CREATE OR REPLACE TEMP MACRO is_plausible(day, today) AS day >= DATE '1990-01-01' AND day <= today + 366;

-- Money is rounded half away from zero, to the cent; null where it has more digits than money has.
CREATE OR REPLACE TEMP MACRO in_euro(amount, rate) AS TRY_CAST(round(CAST(amount AS DECIMAL(24, 2)) * CAST(rate AS DECIMAL(12, 6)), 2) AS DECIMAL(14, 2));

-- The day and the time of an instant in UTC, whatever the session's time zone.
CREATE OR REPLACE TEMP MACRO utc(t) AS make_timestamp(epoch_us(t));
CREATE OR REPLACE TEMP MACRO utc_day(t) AS CAST(make_timestamp(epoch_us(t)) AS DATE);

-- The clock on the wall in France: an hour ahead of UTC, two from the last Sunday of March, 01:00 UTC, to that of October (directive 2000/84/EC).
CREATE OR REPLACE TEMP MACRO last_sunday(y, m) AS make_timestamp(y, m, 31, 1, 0, 0) - to_days(CAST(dayofweek(make_date(y, m, 31)) AS INTEGER));
CREATE OR REPLACE TEMP MACRO in_france(t) AS utc(t) + CASE
  WHEN utc(t) >= last_sunday(year(utc(t)), 3) AND utc(t) < last_sunday(year(utc(t)), 10) THEN INTERVAL 2 HOUR ELSE INTERVAL 1 HOUR END;
CREATE OR REPLACE TEMP MACRO day_in_france(t) AS CAST(in_france(t) AS DATE);
CREATE OR REPLACE TEMP MACRO minutes_between(a, b) AS CAST(round((epoch_us(b) - epoch_us(a)) / 60e6) AS INTEGER);
CREATE OR REPLACE TEMP MACRO hours_between(a, b) AS CAST((epoch_us(b) - epoch_us(a)) / 3600e6 AS DECIMAL(10, 2));

-- Great circle in km on a sphere of 6,371.0088 km (IUGG mean radius). Source: Sinnott, Virtues of the Haversine, 1984.
CREATE OR REPLACE TEMP MACRO haversine_km(lat1, lon1, lat2, lon2) AS 2 * 6371.0088 * asin(sqrt(
  power(sin(radians(lat2 - lat1) / 2), 2) + cos(radians(lat1)) * cos(radians(lat2)) * power(sin(radians(lon2 - lon1) / 2), 2)));
`;
