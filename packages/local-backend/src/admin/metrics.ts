// Figures about the running server in Prometheus' text format.
import type { Execution } from "../runtime/function-runner.ts";

const bucketsSeconds = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30];

type FunctionFigures = {
  readonly labels: string;
  calls: number;
  failures: number;
  seconds: number;
  readonly buckets: number[];
  documentsRead: number;
  bytesRead: number;
  documentsWritten: number;
  bytesWritten: number;
};

/** A figure that is read when asked for. */
export type Gauge = { readonly name: string; readonly help: string; readonly read: () => number };

export class Metrics {
  readonly #functions = new Map<string, FunctionFigures>();
  readonly #gauges: Gauge[] = [];

  addGauge(gauge: Gauge): void {
    this.#gauges.push(gauge);
  }

  /** @param hasName - whether what was called exists; calls of anything else are counted together, lest callers fill the list */
  observe(execution: Execution, hasName = true): void {
    const figures = this.#figuresOf(
      hasName ? execution : { path: "(none)", component: "", kind: execution.kind },
    );
    const seconds = execution.durationMs / 1000;
    figures.calls++;
    if (!execution.ok) figures.failures++;
    figures.seconds += seconds;
    const bucket = bucketsSeconds.findIndex((limit) => seconds <= limit);
    if (bucket >= 0) figures.buckets[bucket] = (figures.buckets[bucket] ?? 0) + 1;
    figures.documentsRead += execution.documentsRead;
    figures.bytesRead += execution.bytesRead;
    figures.documentsWritten += execution.documentsWritten;
    figures.bytesWritten += execution.bytesWritten;
  }

  /** @returns the whole exposition, one family after the other */
  text(): string {
    const all = [...this.#functions.values()];
    const lines = [
      ...family(
        "convex_function_calls_total",
        "counter",
        "Calls by function and outcome.",
        all,
        (f) => [
          [`${f.labels},outcome="ok"`, f.calls - f.failures],
          [`${f.labels},outcome="error"`, f.failures],
        ],
      ),
      ...histogram(all),
      ...family(
        "convex_documents_read_total",
        "counter",
        "Documents read, filtered-out ones included.",
        all,
        (f) => [[f.labels, f.documentsRead]],
      ),
      ...family("convex_bytes_read_total", "counter", "Bytes of documents read.", all, (f) => [
        [f.labels, f.bytesRead],
      ]),
      ...family("convex_documents_written_total", "counter", "Documents written.", all, (f) => [
        [f.labels, f.documentsWritten],
      ]),
      ...family(
        "convex_bytes_written_total",
        "counter",
        "Bytes of documents written.",
        all,
        (f) => [[f.labels, f.bytesWritten]],
      ),
    ];
    for (const { name, help, read } of this.#gauges) {
      const type = name.endsWith("_total") ? "counter" : "gauge";
      lines.push(`# HELP ${name} ${help}`, `# TYPE ${name} ${type}`, `${name} ${read()}`);
    }
    return `${lines.join("\n")}\n`;
  }

  #figuresOf(execution: Pick<Execution, "path" | "component" | "kind">): FunctionFigures {
    const key = `${execution.component}\n${execution.path}\n${execution.kind}`;
    const known = this.#functions.get(key);
    if (known !== undefined) return known;
    const labels = [
      `function="${escapeLabel(execution.path)}"`,
      `component="${escapeLabel(execution.component)}"`,
      `kind="${execution.kind}"`,
    ].join(",");
    const fresh: FunctionFigures = {
      labels,
      calls: 0,
      failures: 0,
      seconds: 0,
      buckets: bucketsSeconds.map(() => 0),
      documentsRead: 0,
      bytesRead: 0,
      documentsWritten: 0,
      bytesWritten: 0,
    };
    this.#functions.set(key, fresh);
    return fresh;
  }
}

function family(
  name: string,
  type: string,
  help: string,
  all: readonly FunctionFigures[],
  samples: (figures: FunctionFigures) => [labels: string, value: number][],
): string[] {
  return [
    `# HELP ${name} ${help}`,
    `# TYPE ${name} ${type}`,
    ...all.flatMap((figures) =>
      samples(figures).map(([labels, value]) => `${name}{${labels}} ${value}`),
    ),
  ];
}

function histogram(all: readonly FunctionFigures[]): string[] {
  const name = "convex_function_duration_seconds";
  const lines = [`# HELP ${name} Duration of calls.`, `# TYPE ${name} histogram`];
  for (const { labels, buckets, calls, seconds } of all) {
    let below = 0;
    bucketsSeconds.forEach((limit, position) => {
      below += buckets[position] ?? 0;
      lines.push(`${name}_bucket{${labels},le="${limit}"} ${below}`);
    });
    lines.push(`${name}_bucket{${labels},le="+Inf"} ${calls}`);
    lines.push(`${name}_sum{${labels}} ${seconds}`, `${name}_count{${labels}} ${calls}`);
  }
  return lines;
}

function escapeLabel(text: string): string {
  return text.replaceAll("\\", "\\\\").replaceAll('"', '\\"').replaceAll("\n", "\\n");
}
