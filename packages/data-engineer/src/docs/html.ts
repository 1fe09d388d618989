// The data model as one self-contained HTML page, with the diagram drawn as SVG: no script, nothing loaded.
import type { MeasuredReads } from "../model/measured-documents.ts";
import type { FolderReport } from "../project/report.ts";
import { objectVariants } from "../schema/validator.ts";
import { drawDiagram } from "./diagram.ts";
import { escapeHtml } from "./html-text.ts";
import { documentationMarkdown, documentationModel } from "./markdown.ts";
import { shortType } from "./mermaid.ts";
import { pageStyle } from "./page-style.ts";

export function documentationHtml(
  folders: readonly FolderReport[],
  measured?: MeasuredReads,
): string {
  const diagrams = folders.map((folder) => {
    const { model, relationships } = documentationModel(folder);
    return drawDiagram(
      [...model.schema.tables]
        .sort((a, b) => a.name.localeCompare(b.name))
        .map((table) => {
          const fields = new Map<string, { name: string; type: string; isReference: boolean }>();
          for (const variant of objectVariants(table.document))
            for (const [name, field] of Object.entries(variant.value))
              fields.set(name, {
                name,
                type: `${shortType(field.fieldType)}${field.optional ? "?" : ""}`,
                isReference: relationships.some(
                  (item) => item.from === table.name && item.field.split(".")[0] === name,
                ),
              });
          return { name: table.name, fields: [...fields.values()] };
        }),
      relationships.filter((item) => !item.to.startsWith("_")),
    );
  });
  let next = 0;
  const { body, headings } = renderMarkdown(
    documentationMarkdown(folders, measured),
    () => diagrams[next++] ?? "",
  );
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Data model</title>
<style>
${pageStyle}
</style>
</head>
<body>
<a class="skip" href="#content">To the content</a>
${contents(headings)}
<main id="content">
${body}
</main>
</body>
</html>
`;
}

interface Heading {
  level: number;
  id: string;
  text: string;
}

/** Sections, with the tables below theirs. */
function contents(headings: readonly Heading[]): string {
  const items = headings
    .filter((item) => item.level > 1 && item.level < 5)
    .map(
      (item) =>
        `<li class="l${item.level}"><a href="#${item.id}">${escapeHtml(item.text)}</a></li>`,
    );
  return `<nav aria-label="Contents"><details open><summary>Contents</summary><ul>${items.join("")}</ul></details></nav>`;
}

const legend = `<p class="legend"><strong>n:1</strong> many lead to exactly one · <strong>n:0..1</strong> many lead to one or none · <strong>1:1</strong> at most one leads to each (a reader says <code>unique</code>) · <strong>n:n</strong> a list of references. Lines to the same table have one colour and join; <code>?</code> marks optional fields.</p>`;

/** The few forms our own Markdown has: headings, tables, lists, paragraphs, the diagram's fence. */
function renderMarkdown(
  text: string,
  diagram: () => string,
): { body: string; headings: Heading[] } {
  const out: string[] = [];
  const headings: Heading[] = [];
  const lines = text.split("\n");
  for (let i = 0; i < lines.length; i++) {
    const line = lines[i] ?? "";
    const heading = /^(#{1,6}) (.*)$/.exec(line);
    if (line.startsWith("```")) {
      while (i + 1 < lines.length && !(lines[i + 1] ?? "").startsWith("```")) i++;
      i++;
      out.push(scrolling("Diagram of the tables", diagram(), "diagram"), legend);
    } else if (heading !== null) {
      const level = (heading[1] ?? "").length;
      const title = heading[2] ?? "";
      const id = freeId(title, headings);
      headings.push({ level, id, text: title });
      out.push(`<h${level} id="${id}">${inline(title)}</h${level}>`);
    } else if (line.startsWith("|")) {
      const rows: string[] = [];
      while ((lines[i] ?? "").startsWith("|")) rows.push(lines[i++] ?? "");
      i--;
      out.push(scrolling(headings.at(-1)?.text ?? "Table", table(rows), "wide"));
    } else if (line.startsWith("- ")) {
      const items: string[] = [];
      while ((lines[i] ?? "").startsWith("- "))
        items.push(`<li>${inline((lines[i++] ?? "").slice(2))}</li>`);
      i--;
      out.push(`<ul>${items.join("")}</ul>`);
    } else if (line.trim() !== "") {
      out.push(`<p>${inline(line)}</p>`);
    }
  }
  return { body: out.join("\n"), headings };
}

/** A part that scrolls sideways by itself, with the keyboard too. */
function scrolling(label: string, content: string, className: string): string {
  return `<div class="${className}" role="region" tabindex="0" aria-label="${escapeHtml(label)}">${content}</div>`;
}

function freeId(title: string, headings: readonly Heading[]): string {
  const plain = title
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "-")
    .replace(/^-|-$/g, "");
  const taken = (id: string) => headings.some((item) => item.id === id);
  let id = plain === "" ? "section" : plain;
  for (let n = 2; taken(id); n++) id = `${plain}-${n}`;
  return id;
}

function table(rows: readonly string[]): string {
  const cells = (row: string) =>
    row
      .slice(2, -2)
      .split(/(?<!\\) \| /)
      .map((cell) => inline(cell.replaceAll("\\|", "|")));
  const [header = "", , ...rest] = rows;
  const head = cells(header).map((cell) => `<th scope="col">${cell}</th>`);
  const body = rest.map(
    (row) =>
      `<tr>${cells(row)
        .map((cell) => `<td>${cell}</td>`)
        .join("")}</tr>`,
  );
  return `<table><thead><tr>${head.join("")}</tr></thead><tbody>${body.join("")}</tbody></table>`;
}

function inline(text: string): string {
  return escapeHtml(text).replace(/`([^`]*)`/g, "<code>$1</code>");
}
