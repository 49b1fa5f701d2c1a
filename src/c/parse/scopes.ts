/**
 * Which identifiers name a type, at one point of a declaration (C11 6.2.1, 6.2.3). Only that much of a scope is needed to
 * read C: whether the innermost declaration of an ordinary identifier is a typedef.
 */
export type Frame = Map<string, boolean>;

export class Scopes {
  private readonly frames: Frame[] = [];

  constructor(private readonly fileTypes: ReadonlySet<string>) {}

  enter(frame: Frame = new Map()): void {
    this.frames.push(frame);
  }

  leave(): Frame {
    return this.frames.pop() ?? new Map<string, boolean>();
  }

  /** At file scope the index of the unit knows already. */
  declare(name: string, isType: boolean): void {
    this.frames.at(-1)?.set(name, isType);
  }

  isType(name: string): boolean {
    for (let i = this.frames.length - 1; i >= 0; i--) {
      const known = this.frames[i]?.get(name);
      if (known !== undefined) return known;
    }
    return this.fileTypes.has(name);
  }
}
