import { type FormatName, formats, portablePattern } from "@lakewright/quality";
import { duckdb } from "@lakewright/sql/duckdb";
import { sql } from "@lakewright/sql";
import { isIPv4, isIPv6 } from "node:net";
import fc from "fast-check";
import { afterAll, describe, expect, it } from "vitest";

const engine = duckdb(":memory:");
afterAll(() => engine.close());

const EXAMPLES: Readonly<
  Record<FormatName, readonly [good: readonly string[], bad: readonly string[]]>
> = {
  email: [
    ["a@b.co", "first.last+tag@sub.example.org"],
    ["a@b", "a b@c.de", "@b.co", "a@b..co", "a@-b.co", "a@b.co\n"],
  ],
  uuid: [
    ["123e4567-e89b-12d3-a456-426614174000", "123E4567-E89B-12D3-A456-426614174000"],
    ["123e4567e89b12d3a456426614174000", "g23e4567-e89b-12d3-a456-426614174000"],
  ],
  url: [
    ["https://example.org", "http://u:p@example.org:8080/a?b#c", "https://[::1]/x"],
    ["ftp://example.org", "https://", "https://a b", "example.org"],
  ],
  ipv4: [
    ["0.0.0.0", "192.168.1.255"],
    ["256.1.1.1", "1.1.1", "01.1.1.1", "1.1.1.1.1"],
  ],
  ipv6: [
    ["::", "::1", "2001:db8::8a2e:370:7334", "1:2:3:4:5:6:7:8", "1::"],
    ["1:2:3:4:5:6:7", ":::", "1::2::3", "g::"],
  ],
  mac: [
    ["00:1A:2b:3c:4d:5e", "00-1A-2b-3c-4d-5e"],
    ["00:1A-2b:3c:4d:5e", "001A2b3c4d5e"],
  ],
  phone: [["+4917012345678"], ["017012345678", "+0123456789", "+49 170 1234567"]],
  date: [
    ["2026-11-21", "2026-02-31"],
    ["2026-13-01", "26-11-21", "2026-11-32", "2026-11-21T00:00"],
  ],
  slug: [
    ["a", "a-b-2"],
    ["-a", "a--b", "A", ""],
  ],
  semver: [
    ["1.0.0", "1.0.0-alpha.1+build.5", "0.0.4"],
    ["1.0", "01.0.0", "1.0.0-", "v1.0.0"],
  ],
  hexColor: [
    ["#fff", "#FFAA00", "#ffaa0080"],
    ["fff", "#ff", "#fffff", "#ggg"],
  ],
  currencyCode: [["EUR"], ["eur", "EURO"]],
  countryCode: [["DE"], ["de", "DEU"]],
  notBlank: [
    ["a", " a "],
    ["", " ", "\t\n"],
  ],
};

describe.each(Object.entries(formats))("the format %s", (name, source) => {
  const [good, bad] = EXAMPLES[name as FormatName];
  const portable = portablePattern(source);
  const expression = new RegExp(portable, "u");

  it("is a portable pattern that takes the right texts and no wrong ones", async () => {
    for (const text of [...good, ...bad]) {
      const right = good.includes(text);
      expect(expression.test(text), text).toBe(right);
      const row = await engine
        .query(sql`SELECT ${engine.dialect.regexMatches(sql`${text}`, sql`${portable}`)} AS found`)
        .row();
      expect(row, text).toEqual({ found: right });
    }
  });
});

it("knows addresses as Node does", () => {
  const ipv4 = new RegExp(portablePattern(formats.ipv4), "u");
  const ipv6 = new RegExp(portablePattern(formats.ipv6), "u");
  fc.assert(
    fc.property(
      fc.oneof(fc.ipV4(), fc.ipV6(), fc.string({ unit: fc.constantFrom("1", "f", ":", ".", "0") })),
      (text) => {
        expect(ipv4.test(text)).toBe(isIPv4(text));
        // A tail of IPv4 is not taken here.
        if (!text.includes(".")) expect(ipv6.test(text)).toBe(isIPv6(text));
      },
    ),
    { numRuns: 1000 },
  );
});
