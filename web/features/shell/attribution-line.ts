// The licence line, word for word as the licence asks for it.
export const attributionLine =
  "Torchkeeper is an independent product published under the Shadowdark RPG Third-Party License and is not affiliated with The Arcane Library, LLC. Shadowdark RPG © 2023 The Arcane Library, LLC.";
