/** One expansion of one macro, as small as it can be. */
import type { Expansion, SourceFile, Token } from '../token.js';

/** What an expansion needs to know of its macro. */
export interface Expandable {
  readonly name: string;
  readonly file: SourceFile;
  readonly line: number;
}

export class MacroExpansion implements Expansion {
  constructor(
    private readonly definition: Expandable,
    readonly use: Token,
  ) {}

  get macro(): string {
    return this.definition.name;
  }

  get file(): SourceFile {
    return this.definition.file;
  }

  get line(): number {
    return this.definition.line;
  }
}
