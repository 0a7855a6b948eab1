import fc from "fast-check";
import { expect, test } from "vitest";
import { childrenOf, parseXml, textAt } from "../../src/store/xml.ts";

test("reads elements, text, entities, CDATA, comments and prefixes", () => {
  const root = parseXml(`\uFEFF<?xml version="1.0" encoding="utf-8"?>
    <!-- a list --><s3:List xmlns:s3='http://x/"y"' Prefix="a>b"><Key>a&amp;b &lt;&gt;&quot;&apos; &#233;&#x1F600;</Key>
    <Empty/><Empty a="1"></Empty><Key><![CDATA[<raw>&amp;]]></Key></s3:List>`);
  expect(root.name).toBe("List");
  expect(childrenOf(root, "Key").map(({ text }) => text)).toEqual(["a&b <>\"' é😀", "<raw>&amp;"]);
  expect(childrenOf(root, "Empty").map(({ text }) => text)).toEqual(["", ""]);
  expect(textAt(root, "No", "Such")).toBeUndefined();
});

test.each([
  "",
  "text",
  "<a>",
  "<a></b>",
  "<a/><b/>",
  "</a>",
  "<a>&unknown;</a>",
  "<a>&#x110000;</a>",
  '<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>',
  "<a>".repeat(100) + "</a>".repeat(100),
  "<a b=c/>",
  "<a",
])("refuses %j", (text) => {
  expect(() => parseXml(text)).toThrow(SyntaxError);
});

test("gives any text back", () => {
  const escape = (text: string): string =>
    text.replace(/[<>&]/g, (letter) => `&#${letter.charCodeAt(0)};`);
  fc.assert(
    fc.property(fc.array(fc.string({ unit: "binary" })), (texts) => {
      const xml = `<l>${texts.map((text) => `<k>${escape(text)}</k>`).join("")}</l>`;
      expect(parseXml(xml).children.map(({ text }) => text)).toEqual(texts);
    }),
  );
});

test("any input ends in an element or a SyntaxError", () => {
  const piece = fc.constantFrom(
    "<",
    ">",
    "/",
    "a",
    '"',
    "=",
    " ",
    "&",
    ";",
    "#",
    "<a>",
    "</a>",
    "<!--",
    "-->",
  );
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 40 }), (pieces) => {
      try {
        expect(parseXml(pieces.join("")).name).toBe("a");
      } catch (error) {
        expect(error).toBeInstanceOf(SyntaxError);
      }
    }),
  );
});
