/** A number, or a moment, as the page shows it. */
export interface PageNumber {
  readonly key: string;
  /** The exact value, in an attribute. */
  readonly value: string;
  /** What is to be read; undefined for the columns of a chart. */
  readonly shown: string | undefined;
}

const DATA = /<data\s+data-key="([^"]*)"\s+value="([^"]*)"\s*>([^<]*)<\/data\s*>/g;
const TIME = /<time\s+data-key="([^"]*)"\s+datetime="([^"]*)"\s*>([^<]*)<\/time\s*>/g;
const MARK = /<rect\s[^>]*data-key="([^"]*)"\s+data-value="([^"]*)"[^>]*>/g;

export function pageNumbers(page: string): PageNumber[] {
  const found = [DATA, TIME, MARK].flatMap((pattern) =>
    [...page.matchAll(pattern)].map(([, key, value, shown]) => ({
      key: decoded(key!),
      value: decoded(value!),
      shown: shown === undefined ? undefined : decoded(shown).trim(),
    })),
  );
  const marked = page.match(/data-key=/g)?.length ?? 0;
  if (marked !== found.length)
    throw new Error(`${marked} keys on the page, and ${found.length} were read`);
  return found;
}

/** All text of the page that stands outside numbers, names of the data, and scales of charts. */
export function otherText(page: string): string {
  const text = page
    .replace(/<style[\s\S]*?<\/style\s*>/g, " ")
    .replace(/<title[\s\S]*?<\/title\s*>/g, " ")
    .replace(/<g class="scale"[\s\S]*?<\/g\s*>/g, " ")
    .replace(/<(data|time)\s[\s\S]*?<\/\1\s*>/g, " ")
    .replace(/<(span|li|p)\s+class="(?:reason )?name"[\s\S]*?<\/\1\s*>/g, " ")
    .replace(/<[^>]*>/g, " ");
  return decoded(text);
}

function decoded(text: string): string {
  const entities: Readonly<Record<string, string>> = {
    "&amp;": "&",
    "&lt;": "<",
    "&gt;": ">",
    "&quot;": '"',
    "&#39;": "'",
  };
  return text.replace(/&(amp|lt|gt|quot|#39);/g, (entity) => entities[entity]!);
}
