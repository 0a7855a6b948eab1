/** The names of the forms {@link formats} has. */
export type FormatName =
  | "email"
  | "uuid"
  | "url"
  | "ipv4"
  | "ipv6"
  | "mac"
  | "phone"
  | "date"
  | "slug"
  | "semver"
  | "hexColor"
  | "currencyCode"
  | "countryCode"
  | "notBlank";

/**
 * Forms of text that are checked often, each in the portable syntax of `matches`. They check the form, not the world: an
 * email address of the right form may have no mailbox.
 */
export const formats: Readonly<Record<FormatName, string>> = {
  /** What HTML's `<input type="email">` takes, with a domain of two labels at least. */
  email:
    "^[a-zA-Z0-9.!#$%&'*+/=?^_`\\{|\\}~-]+@[a-zA-Z0-9](?:[a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?(?:\\.[a-zA-Z0-9](?:[a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?)+$",
  /** Any version, with hyphens. */
  uuid: "^[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}$",
  /** http or https, with a host. */
  url: "^https?://(?:[^\\s/?#@]+@)?(?:\\[[0-9a-fA-F:.]+\\]|[^\\s/?#@:\\[\\]]+)(?::[0-9]{1,5})?(?:[/?#][^\\s]*)?$",
  ipv4: "^(?:(?:25[0-5]|2[0-4]\\d|1\\d\\d|[1-9]?\\d)\\.){3}(?:25[0-5]|2[0-4]\\d|1\\d\\d|[1-9]?\\d)$",
  /** Full or shortened, without a zone or an IPv4 tail. */
  ipv6: "^(?:(?:[0-9a-fA-F]{1,4}:){7}[0-9a-fA-F]{1,4}|(?:[0-9a-fA-F]{1,4}:){1,7}:|(?:[0-9a-fA-F]{1,4}:){1,6}:[0-9a-fA-F]{1,4}|(?:[0-9a-fA-F]{1,4}:){1,5}(?::[0-9a-fA-F]{1,4}){1,2}|(?:[0-9a-fA-F]{1,4}:){1,4}(?::[0-9a-fA-F]{1,4}){1,3}|(?:[0-9a-fA-F]{1,4}:){1,3}(?::[0-9a-fA-F]{1,4}){1,4}|(?:[0-9a-fA-F]{1,4}:){1,2}(?::[0-9a-fA-F]{1,4}){1,5}|[0-9a-fA-F]{1,4}:(?::[0-9a-fA-F]{1,4}){1,6}|:(?::[0-9a-fA-F]{1,4}){1,7}|::)$",
  /** Six bytes with colons or hyphens. */
  mac: "^[0-9a-fA-F]{2}(?:(?::[0-9a-fA-F]{2}){5}|(?:-[0-9a-fA-F]{2}){5})$",
  /** E.164: + and up to 15 digits, no blanks. */
  phone: "^\\+[1-9]\\d{6,14}$",
  /** "YYYY-MM-DD"; the number of days of a month is not checked. */
  date: "^\\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\\d|3[01])$",
  /** Words of lower-case letters and digits between hyphens. */
  slug: "^[a-z0-9]+(?:-[a-z0-9]+)*$",
  /** Semantic Versioning 2.0.0. Source: semver.org. */
  semver:
    "^(?:0|[1-9]\\d*)\\.(?:0|[1-9]\\d*)\\.(?:0|[1-9]\\d*)(?:-(?:0|[1-9]\\d*|\\d*[a-zA-Z-][0-9a-zA-Z-]*)(?:\\.(?:0|[1-9]\\d*|\\d*[a-zA-Z-][0-9a-zA-Z-]*))*)?(?:\\+[0-9a-zA-Z-]+(?:\\.[0-9a-zA-Z-]+)*)?$",
  /** "#rgb", "#rrggbb", each with alpha or without. */
  hexColor: "^#(?:[0-9a-fA-F]{3,4}|[0-9a-fA-F]{6}|[0-9a-fA-F]{8})$",
  /** Three capital letters, as ISO 4217 has them; whether the code is given out is not checked. */
  currencyCode: "^[A-Z]{3}$",
  /** Two capital letters, as ISO 3166 has them; whether the code is given out is not checked. */
  countryCode: "^[A-Z]{2}$",
  /** A text with a character that is no blank. */
  notBlank: "[^\\s]",
};
