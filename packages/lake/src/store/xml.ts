/** An element of the small documents object stores answer with. */
export interface XmlElement {
  readonly name: string;
  /** As they stand in the tag, unread. */
  readonly attributes: string;
  readonly text: string;
  readonly children: readonly XmlElement[];
}

const MOST_DEPTH = 32;
const TOKEN =
  /<!--[\s\S]*?-->|<\?[\s\S]*?\?>|<!\[CDATA\[([\s\S]*?)\]\]>|<\/([\w:.-]+)\s*>|<([\w:.-]+)((?:\s+[\w:.-]+\s*=\s*(?:"[^"]*"|'[^']*'))*)\s*(\/?)>|([^<]+)/y;
const ENTITY = /&(?:#(\d+)|#x([\da-fA-F]+)|(\w+));/g;
const NAMED: Readonly<Record<string, string>> = {
  lt: "<",
  gt: ">",
  amp: "&",
  quot: '"',
  apos: "'",
};

/**
 * Parses the XML of S3 and Azure: elements, text, entities. A DOCTYPE, which such answers never have and attacks do, is an
 * error.
 *
 * @throws SyntaxError for anything that is not well-formed.
 */
export function parseXml(text: string): XmlElement {
  interface Open {
    readonly name: string;
    readonly attributes: string;
    text: string;
    readonly children: XmlElement[];
  }
  const top: Open = { name: "", attributes: "", text: "", children: [] };
  const open: Open[] = [top];
  TOKEN.lastIndex = text.startsWith("\uFEFF") ? 1 : 0;
  while (TOKEN.lastIndex < text.length) {
    const at = TOKEN.lastIndex;
    const match = TOKEN.exec(text);
    if (!match) throw new SyntaxError(`XML: cannot read on at ${at}`);
    const [, cdata, closed, opened, attributes, empty, plain] = match;
    const current = open.at(-1)!;
    if (plain !== undefined) current.text += decodeEntities(plain);
    else if (cdata !== undefined) current.text += cdata;
    else if (opened !== undefined) {
      const name = opened.slice(opened.indexOf(":") + 1);
      const element: Open = { name, attributes: attributes!, text: "", children: [] };
      current.children.push(element);
      if (empty === "") open.push(element);
      if (open.length > MOST_DEPTH) throw new SyntaxError("XML: too deep");
    } else if (closed !== undefined) {
      if (open.length === 1 || current.name !== closed.slice(closed.indexOf(":") + 1)) {
        throw new SyntaxError(`XML: </${closed}> at ${at} closes nothing`);
      }
      open.pop();
    }
  }
  const root = top.children[0];
  if (open.length > 1 || !root || top.children.length > 1 || top.text.trim() !== "") {
    throw new SyntaxError("XML: not one whole document");
  }
  return root;
}

/** The document of an answer; undefined where it is no XML, or has another root. */
export function readXml(body: Uint8Array, root: string): XmlElement | undefined {
  try {
    const element = parseXml(new TextDecoder().decode(body));
    return element.name === root ? element : undefined;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

/** The text of the element a path of names leads to; undefined where there is none. */
export function textAt(element: XmlElement, ...names: readonly string[]): string | undefined {
  let found: XmlElement | undefined = element;
  for (const name of names) found = found?.children.find((child) => child.name === name);
  return found?.text;
}

export function childrenOf(element: XmlElement, name: string): readonly XmlElement[] {
  return element.children.filter((child) => child.name === name);
}

function decodeEntities(text: string): string {
  return text.replace(ENTITY, (whole, decimal?: string, hex?: string, name?: string) => {
    if (name !== undefined) {
      const letter = Object.hasOwn(NAMED, name) ? NAMED[name] : undefined;
      if (letter === undefined) throw new SyntaxError(`XML: unknown entity ${whole}`);
      return letter;
    }
    const code = decimal === undefined ? parseInt(hex!, 16) : Number(decimal);
    if (code > 0x10ffff) throw new SyntaxError(`XML: ${whole} is no character`);
    return String.fromCodePoint(code);
  });
}
