// Holds the dashboards under contrib/grafana to the types that Grafana publishes of dashboards, panels and their options.
//
//   node tests/dashboards_in_grafana.mjs NODE_MODULES
//
// Run by tests/valid_outputs.py; needs @grafana/schema and typescript under NODE_MODULES. What a data source of others is asked (Infinity) has no types there.

import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

const modules = resolve(process.argv[2]);
const ts = createRequire(pathToFileURL(join(modules, "none.js")))("typescript");
const folder = join(dirname(fileURLToPath(import.meta.url)), "../contrib/grafana");

// A dashboard holds what differs from the defaults, and the names of enumerations as text.
const head = `import type { Dashboard } from "@grafana/schema";
type Plain<T> = unknown extends T ? T
    : T extends string ? (string extends T ? T : \`\${T}\`)
    : T extends (infer U)[] ? Plain<U>[]
    : T extends object ? { [K in keyof T]?: Plain<T[K]> } : T;
`;

/** The types of a panel's own options. */
function types(panel) {
  const at = join(modules, `@grafana/schema/dist/types/raw/composable/${panel}/panelcfg/x/types.gen.d.ts`);
  return existsSync(at) ? at : undefined;
}

/** What is wrong with a dashboard: one line for each fault. */
function faults(name, dashboard) {
  const { __inputs, __requires, ...rest } = dashboard;
  const lines = [head, `export const dashboard: Plain<Dashboard> = ${JSON.stringify(rest)};\n`];
  const wrong = [];
  for (const { id, type, options, fieldConfig } of dashboard.panels) {
    const from = types(type);
    if (!from) {
      wrong.push(`${name}: Grafana has no panel '${type}'`);
      continue;
    }
    const text = readFileSync(from, "utf8");
    const module = JSON.stringify(from.replace(/\.d\.ts$/, ""));
    lines.push(`export const options${id}: Plain<import(${module}).Options> = ${JSON.stringify(options)};\n`);
    if (fieldConfig.defaults.custom && text.includes("interface FieldConfig")) {
      const custom = JSON.stringify(fieldConfig.defaults.custom);
      lines.push(`export const field${id}: Plain<import(${module}).FieldConfig> = ${custom};\n`);
    }
    const names = dashboard.__requires.map((required) => required.id);
    if (!names.includes(type)) wrong.push(`${name}: panel '${type}' is not among __requires`);
  }
  const file = join(modules, `.dashboard-${name}.ts`);
  writeFileSync(file, lines.join(""));
  try {
    const program = ts.createProgram([file], {
      noEmit: true,
      strict: true,
      skipLibCheck: true,
      types: [],
      target: ts.ScriptTarget.ES2022,
      module: ts.ModuleKind.ESNext,
      moduleResolution: ts.ModuleResolutionKind.Bundler,
    });
    for (const fault of ts.getPreEmitDiagnostics(program)) {
      wrong.push(`${name}: ${ts.flattenDiagnosticMessageText(fault.messageText, " ")}`);
    }
  } finally {
    rmSync(file);
  }
  return wrong;
}

/** What the types have to find. */
const mistakes = [
  (dashboard) => (dashboard.refreshed = "1m"),
  (dashboard) => (dashboard.panels[0].options.colour = "red"),
  (dashboard) => (dashboard.panels[1].options.graphMode = "no such mode"),
  (dashboard) => (dashboard.panels[2].fieldConfig.defaults.unit = 7),
  (dashboard) => (dashboard.panels[3].type = "nosuchpanel"),
];

const wrong = [];
for (const name of ["siotrace-prometheus", "siotrace-json"]) {
  const dashboard = JSON.parse(readFileSync(join(folder, `${name}.json`), "utf8"));
  wrong.push(...faults(name, dashboard));
  for (const mistake of mistakes) {
    const bad = structuredClone(dashboard);
    mistake(bad);
    if (faults(name, bad).length === 0) wrong.push(`${name}: not found: ${mistake}`);
  }
}
wrong.forEach((line) => console.error(line));
process.exit(wrong.length ? 1 : 0);
