// Texts, numbers and truths made up from the name of a field, so that code which looks at them finds what it expects.
import { measuredNow } from "./session.ts";

const minute = 60_000;
const hour = 60 * minute;
const day = 24 * hour;

/** Fields that say that something is over, gone or wrong: false or absent in the first row, so that it is in use. */
export function isNegativeName(name: string): boolean {
  return /delet|remov|archiv|revok|cancel|bann|block|disabl|hidden|expired|locked|clos|clear|complet|finish|ended|done|fail|error|used|consumed|dismiss|read(At)?$|anonymous|private|dirty|stale|paused|draft/i.test(
    name,
  );
}

/** A text for row `index`; different for each. */
export function madeUpText(name: string, index: number): string {
  const word = name.replace(/^.*[.]/, "");
  if (/e-?mail/i.test(word)) return `user${index}@example.com`;
  if (/token$|secret|hash|apiKey|nonce/i.test(word))
    return `${word}-${serial(index, 16).toLowerCase()}`;
  if (/code$/i.test(word)) return serial(index, 6);
  if (/slug|handle|username|subdomain/i.test(word)) return `${kebab(word)}-${index}`;
  if (/colou?r/i.test(word)) return `#${(index % 0x1000000).toString(16).padStart(6, "0")}`;
  if (/phone/i.test(word)) return `+1555${String(index).padStart(7, "0")}`;
  if (/(url|uri|href|link|website|avatar|image|photo|picture|icon|logo)$/i.test(word))
    return `https://example.com/${kebab(word)}/${index}`;
  if (/domain|host(name)?$/i.test(word)) return `host${index}.example.com`;
  if (/(date|day)$/i.test(word)) return new Date(pastTime(index)).toISOString().slice(0, 10);
  if (/(At|time|timestamp)$/.test(word)) return new Date(pastTime(index)).toISOString();
  if (/time_?zone|^tz$/i.test(word)) return "UTC";
  if (/locale|language|^lang$/i.test(word)) return "en";
  if (/currency/i.test(word)) return "usd";
  if (/mime|contentType/i.test(word)) return "text/plain";
  if (/expression|formula/i.test(word)) return "1";
  if (/json|^args$|payload/i.test(word)) return "{}";
  if (/cron(spec)?$/i.test(word)) return "0 0 * * *";
  if (/version/i.test(word)) return `1.0.${index}`;
  if (/body|content|text|message|notes?$|description|summary|comment|bio|prompt/i.test(word))
    return `${word} ${index}: the quick brown fox jumps over the lazy dog, and the dog sleeps on in the afternoon sun.`;
  return `${word} ${index}`;
}

/** A number for row `index`. `isKey`: rows are looked up by it, a few per value. */
export function madeUpNumber(name: string, index: number, isKey: boolean): number {
  const word = name.replace(/^.*[.]/, "");
  if (/minutes$/i.test(word)) return 10;
  if (/(seconds|secs)$/i.test(word)) return 60;
  if (/(hours|days|weeks|months|years)$/i.test(word)) return 1;
  if (/(Ms|Millis|Milliseconds|duration|interval|delay|timeout|ttl)$/i.test(word))
    return 10 * minute;
  if (/expir|until|due|deadline|scheduled|next|runAt|(^|[a-z])end(s|At|Time|Date)?$/i.test(word))
    return measuredNow + day + index * minute;
  if (
    /(At|On|Time|Date|Timestamp|since|lastSeen|lastActive)$|^(time|date|ts|timestamp|created|updated)$/i.test(
      word,
    ) &&
    !/count|version$/i.test(word) &&
    !/^(on|at)$/.test(word.slice(0, -2))
  )
    return pastTime(index);
  if (isKey) return Math.floor(index / 10) + 1;
  if (/order|position|rank|seq|sequence|sort|index|number$/i.test(word)) return index + 1;
  if (/ratio|percent|probability|weight|opacity|progress/i.test(word)) return 0.5;
  if (/^(lat|latitude)$/i.test(word)) return (index % 180) - 90;
  if (/^(lng|lon|longitude)$/i.test(word)) return (index % 360) - 180;
  return 1 + (index % 20);
}

/** Numbers to try as arguments, one after another. */
export function argumentNumber(name: string, attempt: number): number {
  if (/limit|count|take|size|numItems|batch|first|last$|max|^n$|perPage/i.test(name)) return 10;
  if (/^(page|offset|skip|from|start|index)$/i.test(name)) return 0;
  const byName = madeUpNumber(name, 0, false);
  if (byName > 1_000 && attempt % 4 < 2) return byName;
  return [1, 10, 0, 3, 5, 100, -1, 20][attempt % 8] ?? 1;
}

export function madeUpTruth(name: string, index: number): boolean {
  const isUsual = !isNegativeName(name);
  return index === 0 ? isUsual : (index + name.length) % 3 === 0 ? !isUsual : isUsual;
}

/** Whether an optional field is there in row `index`: all that mean well in the first, none in the second, then most. */
export function isPresent(name: string, index: number): boolean {
  if (index === 0) return !isNegativeName(name);
  if (index === 1) return false;
  return mix(index, name) % 4 !== 0;
}

/** Ascending with the rows, from thirty days ago on. */
function pastTime(index: number): number {
  return measuredNow - 30 * day + index * minute;
}

/** Signs that nobody mistakes for others, so that a code passes whatever alphabet is checked. */
export function serial(index: number, length: number): string {
  const signs = "ABCDEFGHJKMNPQRSTVWXYZ";
  let rest = index;
  let text = "";
  for (let i = 0; i < length; i++) {
    text = (signs[rest % signs.length] ?? "A") + text;
    rest = Math.floor(rest / signs.length);
  }
  return text;
}

function kebab(word: string): string {
  return word.replace(/([a-z])([A-Z])/g, "$1-$2").toLowerCase();
}

/** A number that looks drawn, but is the same every time. */
export function mix(index: number, name: string): number {
  let hash = 2_166_136_261 ^ index;
  for (let i = 0; i < name.length; i++) hash = Math.imul(hash ^ name.charCodeAt(i), 16_777_619);
  hash = Math.imul(hash ^ (hash >>> 15), 2_246_822_519);
  return (hash ^ (hash >>> 13)) >>> 0;
}
