import type { Random } from "@lakewright/core";

/** A French mobile or landline number as its nine digits after the zero. */
export function phoneDigits(random: Random): string {
  const kind = random.pick(["6", "7", "1", "2", "3", "4", "5"]);
  return kind + String(random.integer(100_000_000)).padStart(8, "0");
}

/** The ten ways people write a number: `style` is 0 to 9. */
export function writtenPhone(digits: string, style: number): string {
  const pairs = (joint: string): string =>
    [digits.slice(1, 3), digits.slice(3, 5), digits.slice(5, 7), digits.slice(7, 9)].join(joint);
  const first = digits[0]!;
  switch (style) {
    case 0:
      return `0${digits}`;
    case 1:
      return `0${first} ${pairs(" ")}`;
    case 2:
      return `0${first}.${pairs(".")}`;
    case 3:
      return `0${first}-${pairs("-")}`;
    case 4:
      return `+33${digits}`;
    case 5:
      return `+33 ${first} ${pairs(" ")}`;
    case 6:
      return `0033${digits}`;
    case 7:
      return `(+33)${digits}`;
    case 8:
      return `+33 (0)${first} ${pairs(" ")}`;
    default:
      return `0${first}/${pairs("/")}`;
  }
}

/** What is no number: digits missing, or words. */
export function wrongPhone(random: Random, digits: string): string {
  switch (random.integer(3)) {
    case 0:
      return `0${digits.slice(0, 6)}`;
    case 1:
      return "voir comptable";
    default:
      return `0${digits.slice(0, 4)} poste`;
  }
}

export function wrongEmail(random: Random, email: string): string {
  const [name, domain] = email.split("@") as [string, string];
  switch (random.integer(4)) {
    case 0:
      return `${name}${domain}`;
    case 1:
      return `${name}@@${domain}`;
    case 2:
      return `${name} ${domain}@${domain}`;
    default:
      return `${name}@`;
  }
}

export function shoutedEmail(random: Random, email: string): string {
  return random.integer(2) === 0 ? email.toUpperCase() : ` ${email} `;
}

export const nullMarkers = ["N/A", "-", "NULL", "néant", "?", ""] as const;

/** Blanks doubled or around a text. */
export function spacedOut(random: Random, text: string): string {
  const at = text.indexOf(" ");
  if (at < 0 || random.integer(3) === 0) return ` ${text} `;
  return `${text.slice(0, at)}  ${text.slice(at + 1)}`;
}

/** All in capitals or all in small letters. */
export function recased(random: Random, text: string): string {
  return random.integer(2) === 0 ? text.toUpperCase() : text.toLowerCase();
}

/** In capitals, in small letters, or without its accents and in capitals. */
export function townTyped(random: Random, town: string): string {
  switch (random.integer(3)) {
    case 0:
      return town.toUpperCase();
    case 1:
      return town.toLowerCase();
    default:
      return plain(town).toUpperCase();
  }
}

/** Without accents. */
export function plain(text: string): string {
  return text.normalize("NFD").replace(/\p{M}/gu, "").replace(/œ/g, "oe");
}

/** One slip of the keyboard: a letter dropped or doubled, or two swapped. */
export function slip(random: Random, text: string): string {
  const at = 1 + random.integer(Math.max(1, text.length - 2));
  switch (random.integer(3)) {
    case 0:
      return text.slice(0, at) + text.slice(at + 1);
    case 1:
      return text.slice(0, at) + text[at]! + text.slice(at);
    default:
      return text.slice(0, at - 1) + text[at]! + text[at - 1]! + text.slice(at + 1);
  }
}
