/** Random types and initialisers for them: nested aggregates, left-out braces, designators, ranges, overriding. */
import type { Random } from './random.js';

export type Type =
  | { readonly kind: 'scalar'; readonly name: string }
  | { readonly kind: 'text'; readonly length: number }
  | { readonly kind: 'array'; readonly of: Type; readonly length: number }
  | { readonly kind: 'record'; readonly union: boolean; readonly members: readonly Member[] };

interface Member {
  /** '' for an anonymous record. */
  readonly name: string;
  readonly type: Type;
  readonly bits: number;
}

export class InitWriter {
  private counter = 0;
  private number = 1;
  constructor(private readonly random: Random) {}

  type(depth: number): Type {
    const { random } = this;
    if (depth === 0 || random.chance(30)) {
      if (random.chance(15)) return { kind: 'text', length: 1 + random.below(5) };
      return {
        kind: 'scalar',
        name: random.pick([
          'char',
          'short',
          'int',
          'unsigned long',
          'long',
          '_Bool',
          'float',
          'double',
        ]),
      };
    }
    if (random.chance(35))
      return { kind: 'array', of: this.type(depth - 1), length: 1 + random.below(4) };
    return this.record(depth);
  }

  record(depth: number): Type & { kind: 'record' } {
    const { random } = this;
    const members = Array.from({ length: 1 + random.below(4) }, (): Member => {
      const name = `m${this.counter++}`;
      if (random.chance(20))
        return {
          name,
          type: { kind: 'scalar', name: random.pick(['int', 'unsigned', 'long']) },
          bits: 1 + random.below(31),
        };
      if (depth > 1 && random.chance(20))
        return { name: '', type: this.record(depth - 1), bits: 0 };
      return { name, type: this.type(depth - 1), bits: 0 };
    });
    return { kind: 'record', union: random.chance(15), members };
  }

  declare(type: Type, declarator: string): string {
    switch (type.kind) {
      case 'scalar':
        return `${type.name} ${declarator}`;
      case 'text':
        return `char ${declarator}[${type.length}]`;
      case 'array':
        return this.declare(type.of, `${declarator}[${type.length}]`);
      case 'record': {
        const members = type.members.map(
          (m) => `${this.declare(m.type, m.name)}${m.bits > 0 ? ` : ${m.bits}` : ''};`,
        );
        return `${type.union ? 'union' : 'struct'} { ${members.join(' ')} } ${declarator}`;
      }
    }
  }

  private scalar(): string {
    const n = this.number++;
    return this.random.pick([String(n), `-${n}`, `${n} * 3`, `(char)${n}`, `0x${n.toString(16)}u`]);
  }

  private text(): string {
    return `"${'abcdefgh'.slice(0, this.random.below(5))}"`;
  }

  /** An initialiser in its own braces (or a scalar's expression). */
  braced(type: Type): string {
    const { random } = this;
    switch (type.kind) {
      case 'scalar':
        return random.chance(5) ? `{ ${this.scalar()} }` : this.scalar();
      case 'text':
        return random.pick([this.text(), `{ ${this.text()} }`, `{ ${this.scalar()} }`]);
      case 'array':
      case 'record':
        return `{ ${this.items(type)} }`;
    }
  }

  private parts(
    type: Type & { kind: 'array' | 'record' },
  ): readonly { designator: string; type: Type }[] {
    if (type.kind === 'array')
      return Array.from({ length: type.length }, (_, i) => ({
        designator: `[${i}]`,
        type: type.of,
      }));
    return type.members.flatMap((m) => {
      if (m.name !== '') return [{ designator: `.${m.name}`, type: m.type }];
      return m.type.kind === 'record' ? this.parts(m.type) : [];
    });
  }

  private items(type: Type & { kind: 'array' | 'record' }): string {
    const { random } = this;
    const items: string[] = [];
    if (random.chance(50)) {
      // In order from the start, some braces left out.
      const all =
        type.kind === 'array'
          ? Array.from({ length: type.length }, () => type.of)
          : type.members.map((m) => m.type);
      const list = type.kind === 'record' && type.union ? all.slice(0, 1) : all;
      for (const part of list.slice(0, random.below(list.length + 1))) {
        items.push(random.chance(40) ? this.elided(part) : this.braced(part));
      }
    }
    const parts = this.parts(type);
    for (let n = random.below(4); n > 0 && parts.length > 0; n--)
      items.push(this.designated(type, parts, items.length === 0));
    return items.join(', ');
  }

  /** What gcc does where a value without braces overrides others is an accident; it is not asked for here. */
  private designated(
    type: Type,
    parts: readonly { designator: string; type: Type }[],
    first: boolean,
  ): string {
    const { random } = this;
    let { designator, type: inner } = random.pick(parts);
    const range = type.kind === 'array' && random.chance(30);
    if (range) {
      const from = random.below(type.length);
      designator = `[${from} ... ${from + random.below(type.length - from)}]`;
    }
    while ((inner.kind === 'array' || inner.kind === 'record') && random.chance(50)) {
      const deeper = random.pick(this.parts(inner));
      designator += deeper.designator;
      inner = deeper.type;
    }
    const elided = first && !range && random.chance(30);
    return `${designator} = ${elided ? this.elided(inner) : this.braced(inner)}`;
  }

  /** All parts without braces. */
  private elided(type: Type): string {
    switch (type.kind) {
      case 'scalar':
        return this.scalar();
      case 'text':
        return this.random.chance(50)
          ? this.text()
          : Array.from({ length: type.length }, () => this.scalar()).join(', ');
      case 'array':
        return Array.from({ length: type.length }, () => this.elided(type.of)).join(', ');
      case 'record': {
        const members = type.union ? type.members.slice(0, 1) : type.members;
        return members.map((m) => this.elided(m.type)).join(', ');
      }
    }
  }
}

/** Paths to all scalars of an object; those of a union that its first member does not cover are left out. */
export function leaves(type: Type, path: string): readonly string[] {
  switch (type.kind) {
    case 'scalar':
      return [path];
    case 'text':
      return Array.from({ length: type.length }, (_, i) => `${path}[${i}]`);
    case 'array':
      return Array.from({ length: type.length }, (_, i) => leaves(type.of, `${path}[${i}]`)).flat();
    case 'record': {
      const members = type.union ? [] : type.members;
      return members.flatMap((m) => leaves(m.type, m.name === '' ? path : `${path}.${m.name}`));
    }
  }
}
