// The short text that tells an assistant when and how to use the tools.

export const skillText = `---
name: convex-data-engineer
description: Use when writing or reviewing a Convex schema, queries, mutations, indexes or migrations, or when a Convex query is slow.
---

# Working on a Convex data layer

The tools read the project's real schema and functions. Prefer what they say over memory: they know which index each read uses.

1. Before writing a query: \`table_sheet\` for the tables it touches, \`access_patterns\` for who reads them already.
2. After writing it: \`audit\` (level "warning"). Each finding names the place, the reason and the fix; \`index\` has the exact fields.
   Apply the fix, do not silence the rule. \`read/index-available\` means the index is there: use it instead of adding one.
3. Choosing an index: \`suggest_index\` looks at all readers of the program together. Add what it lists under \`add\`, with those names.
   Never list \`_creationTime\` in an index, and never index an array to find one of its elements.
4. Why is this slow, or why does it re-run: \`explain_query\` with the function's address (\`folder/file:name\`).
   \`scan\` and \`range\` grow with the data; \`point\`, \`bounded\` and \`page\` do not. A filter runs after reading and bounds nothing.
5. Before changing a schema that is deployed: \`schema_diff\` against the git ref that is live. "breaking" means the push fails on
   existing documents: follow the steps in order, one deploy each. \`generate_migration\` writes the code that carries documents over.
6. Proof instead of opinion: \`measure\` runs the functions on a local backend over made-up data of two sizes. "proven scan" names the table,
   the place and the finding; "constant" and "bounded" are fine. With \`function\` it shows each read of one function. Where made-up arguments
   fail ("not measured" says why), pass \`calls\`; \`"$table[0]"\` is the id of a seeded document. Compare before and after a fix.
7. Coverage ("n of m reads resolved") below the total means some reads were not understood; look at those by hand.

Read the whole picture once from the resources: \`convex://access-patterns\` (every read and index) and \`convex://entity-diagram\` (tables
and references). Every call looks at the files as they are now. The tools only read; \`generate_migration\` with \`write\` needs a server started
with \`--allow-writes\`, otherwise write the returned code yourself. In a repository with several projects pass \`directory\`.

Findings are about what grows: a warning on a table that will always be small belongs in the configuration
(\`convex-data-engineer.json\`, \`tables.NAME.maxDocuments\`), not in an ignore comment.
`;
