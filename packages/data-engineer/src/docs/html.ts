// The data model as one self-contained HTML page, with the diagram drawn as SVG: no script, nothing loaded.
import type { FolderReport } from "../project/report.ts";
import { objectVariants } from "../schema/validator.ts";
import { drawDiagram } from "./diagram.ts";
import { documentationMarkdown, documentationModel } from "./markdown.ts";
import { shortType } from "./mermaid.ts";

export function documentationHtml(folders: readonly FolderReport[]): string {
  const diagrams = folders.map((folder) => {
    const { model, relationships } = documentationModel(folder);
    return drawDiagram(
      [...model.schema.tables]
        .sort((a, b) => a.name.localeCompare(b.name))
        .map((table) => {
          const fields = new Map<string, string>();
          for (const variant of objectVariants(table.document))
            for (const [name, field] of Object.entries(variant.value))
              fields.set(name, `${shortType(field.fieldType)}${field.optional ? "?" : ""}`);
          return { name: table.name, fields: [...fields].map(([name, type]) => ({ name, type })) };
        }),
      relationships.filter((item) => !item.to.startsWith("_")),
    );
  });
  let next = 0;
  const body = renderMarkdown(documentationMarkdown(folders), () => diagrams[next++] ?? "");
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Data model</title>
<style>
:root { color-scheme: light dark; --line: #8884; --soft: #8881; }
body { font: 15px/1.5 system-ui, sans-serif; margin: 2rem auto; max-width: 76rem; padding: 0 1rem; }
h1, h2, h3 { line-height: 1.2; margin: 2rem 0 .75rem; }
.wide { overflow-x: auto; }
table { border-collapse: collapse; font-size: 13px; }
th, td { border: 1px solid var(--line); padding: .3rem .55rem; text-align: left; vertical-align: top; }
th { background: var(--soft); }
code { font: 12px/1.4 ui-monospace, monospace; background: var(--soft); padding: .05rem .25rem; }
svg { display: block; }
svg text { font: 12px ui-monospace, monospace; fill: currentColor; }
svg .name { font-weight: 700; }
svg .type { opacity: .65; }
svg rect { fill: none; stroke: currentColor; stroke-opacity: .45; }
svg path { fill: none; stroke: currentColor; stroke-opacity: .55; }
</style>
</head>
<body>
${body}
</body>
</html>
`;
}

/** The few forms our own Markdown has: headings, tables, lists, paragraphs, the diagram's fence. */
export function renderMarkdown(text: string, diagram: () => string): string {
  const out: string[] = [];
  const lines = text.split("\n");
  for (let i = 0; i < lines.length; i++) {
    const line = lines[i] ?? "";
    const heading = /^(#{1,3}) (.*)$/.exec(line);
    if (line.startsWith("```")) {
      while (i + 1 < lines.length && !(lines[i + 1] ?? "").startsWith("```")) i++;
      i++;
      out.push(`<div class="wide">${diagram()}</div>`);
    } else if (heading !== null) {
      const level = (heading[1] ?? "").length;
      out.push(`<h${level}>${inline(heading[2] ?? "")}</h${level}>`);
    } else if (line.startsWith("|")) {
      const rows: string[] = [];
      while ((lines[i] ?? "").startsWith("|")) rows.push(lines[i++] ?? "");
      i--;
      out.push(table(rows));
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
  return out.join("\n");
}

function table(rows: readonly string[]): string {
  const cells = (row: string) =>
    row
      .slice(2, -2)
      .split(/(?<!\\) \| /)
      .map((cell) => inline(cell.replaceAll("\\|", "|")));
  const [header = "", , ...rest] = rows;
  const head = cells(header).map((cell) => `<th>${cell}</th>`);
  const body = rest.map(
    (row) =>
      `<tr>${cells(row)
        .map((cell) => `<td>${cell}</td>`)
        .join("")}</tr>`,
  );
  return `<div class="wide"><table><thead><tr>${head.join("")}</tr></thead><tbody>${body.join("")}</tbody></table></div>`;
}

export function escapeHtml(text: string): string {
  return text
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;");
}

function inline(text: string): string {
  return escapeHtml(text).replace(/`([^`]*)`/g, "<code>$1</code>");
}
