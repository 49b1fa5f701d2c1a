/**
 * Pragmas that change how structs are laid out (GCC manual, "Structure-Layout Pragmas"). What is in force at the closing
 * brace of a struct counts, as in gcc, and becomes an attribute of it: `pragma pack(2)` becomes `pragma_pack(2)`. Other
 * pragmas are none of the parser's business.
 */
import type { AttributeNote } from './notes.js';

/** A pragma as the preprocessor lists it: before the token with this index, what follows the word `pragma`. */
export interface PragmaMark {
  readonly index: number;
  readonly text: string;
}

interface State {
  readonly index: number;
  /** 0: nothing in force. */
  readonly pack: number;
  readonly order: string | null;
}

export class PragmaLayout {
  private readonly states: State[] = [];

  constructor(pragmas: readonly PragmaMark[]) {
    const pushed: { id: string; pack: number }[] = [];
    let pack = 0;
    let order: string | null = null;
    for (const { index, text } of pragmas) {
      const packing = /^pack\s*\((.*)\)$/.exec(text.trim());
      const ordering = /^scalar_storage_order\s+([\w-]+)/.exec(text.trim());
      if (packing !== null) {
        const words = (packing[1] ?? '').split(',').map((word) => word.trim());
        const value = words.map(Number).find((n) => Number.isInteger(n) && n > 0);
        const id = words.slice(1).find((word) => /^[A-Za-z_]/.test(word)) ?? '';
        if (words[0] === 'push') {
          pushed.push({ id, pack });
          pack = value ?? pack;
        } else if (words[0] === 'pop') {
          let top = pushed.pop();
          while (id !== '' && top !== undefined && top.id !== id) top = pushed.pop();
          pack = top?.pack ?? 0;
        } else pack = value ?? 0;
      } else if (ordering !== null) {
        order = ordering[1] === 'default' ? null : (ordering[1] ?? null);
      } else continue;
      this.states.push({ index, pack, order });
    }
  }

  /** The attributes that a struct has whose `}` is this token. */
  attributesAt(token: number): AttributeNote[] {
    let low = 0;
    let high = this.states.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.states[middle]?.index ?? Infinity) <= token) low = middle + 1;
      else high = middle;
    }
    const state = this.states[low - 1];
    const notes: AttributeNote[] = [];
    const at = { first: token, last: token };
    if (state !== undefined && state.pack > 0) {
      const args = [{ kind: 'constant', text: String(state.pack), ...at } as const];
      notes.push({ name: 'pragma_pack', args, ...at });
    }
    if (state !== undefined && state.order !== null) {
      const args = [{ kind: 'constant', text: `"${state.order}"`, ...at } as const];
      notes.push({ name: 'scalar_storage_order', args, ...at });
    }
    return notes;
  }
}
