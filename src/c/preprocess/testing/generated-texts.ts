/** For the tests: texts made at random from a seed, of the kinds that trip preprocessors up. */

export class Random {
  constructor(private state: number) {}

  below(limit: number): number {
    this.state = (Math.imul(this.state, 1664525) + 1013904223) | 0;
    return Math.floor(((this.state >>> 8) / 0x1000000) * limit);
  }

  pick<T>(from: readonly T[]): T {
    const found = from[this.below(from.length)];
    if (found === undefined) throw new Error('nothing to pick from');
    return found;
  }
}

interface Signature {
  readonly name: string;
  readonly parameters: readonly string[];
  readonly variadic: boolean;
}

/** Object-like and function-like macros that use each other, and texts that use them. */
export function macroText(random: Random): string {
  const objects = ['a', 'b', 'c'];
  const functions: Signature[] = ['f', 'g', 'h', 'k'].map((name) => ({
    name,
    parameters: ['x', 'y', 'z'].slice(0, random.below(4)),
    variadic: random.below(3) === 0,
  }));
  const words = [
    'p',
    'q',
    '1',
    '2.',
    '+',
    '-',
    '<',
    '"s"',
    "'c'",
    '(w)',
    '(,)',
    '.',
    '[',
    '"a\\"b"',
  ];
  const rare = ['\\', 'L', '#', '.5e', '/**/', '/', '__LINE__', 'NOTHING', ')', '('];
  const gap = (): string => random.pick(['', ' ', ' ']);

  const call = (depth: number, inner: readonly string[], newlines: boolean): string => {
    const called = random.pick(functions);
    let count = called.parameters.length + (called.variadic ? random.below(4) : 0);
    if (random.below(40) === 0) count++;
    const args: string[] = [];
    for (let i = 0; i < count; i++) args.push(sequence(depth + 1, inner, newlines));
    const open = random.pick(['', '', ' ', newlines ? '\n' : ' ']);
    return `${called.name}${open}(${args.join(random.pick([',', ' , ', ', ']))})`;
  };
  const sequence = (depth: number, inner: readonly string[], newlines: boolean): string => {
    let text = '';
    for (let left = random.below(depth > 2 ? 2 : 4); left > 0; left--) {
      const kind = random.below(10);
      if (kind < 2) text += random.pick(objects);
      else if (kind < 5 && depth < 4) text += call(depth, inner, newlines);
      else if (kind === 5) text += random.pick(functions).name;
      else if (kind === 6 && inner.length > 0) text += random.pick(inner);
      else if (kind === 7 && newlines) text += '\n';
      else text += random.below(12) === 0 ? random.pick(rare) : random.pick(words);
      text += gap();
    }
    return text;
  };
  const body = (
    parameters: readonly string[],
    functionLike: boolean,
    variadic: boolean,
  ): string => {
    let text = '';
    const count = random.below(6);
    for (let i = 0; i < count; i++) {
      const kind = random.below(12);
      if (functionLike && parameters.length > 0 && kind < 2) text += `#${random.pick(parameters)}`;
      else if (kind < 5 && parameters.length > 0) text += random.pick(parameters);
      else if (kind === 5) text += random.pick(objects);
      else if (kind === 6)
        text += random.pick(functions).name + random.pick(['', '', '(w', '()', '(w)']);
      else if (kind === 7) text += call(2, parameters, false);
      else if (kind === 8 && variadic)
        text += `${random.pick(['', '#'])}__VA_OPT__(${random.pick(['w', ...parameters])} ${random.pick(['', ...parameters])})`;
      else
        text += random.pick([
          'w',
          'v',
          '1',
          '+',
          '-',
          ',',
          'w',
          'w',
          '"t"',
          '.',
          'L',
          'e',
          '(',
          ')',
        ]);
      text += i < count - 1 && random.below(16) === 0 ? random.pick(['##', ' ## ', ' ##']) : gap();
    }
    return text;
  };

  let text = '#define NOTHING\n';
  for (const { name, parameters, variadic } of functions) {
    const rest = variadic ? random.pick(['...', '...', '...', 'r...']) : null;
    const listed = rest === null ? parameters : [...parameters, rest];
    const usable =
      rest === null ? parameters : [...parameters, rest === '...' ? '__VA_ARGS__' : 'r'];
    text += `#define ${name}(${listed.join(', ')}) ${body(usable, true, variadic)}\n`;
  }
  for (const name of objects) text += `#define ${name} ${body([], false, false)}\n`;
  for (let i = 0; i < 3; i++) text += `${sequence(0, [], true)}\n`;
  const some = sequence(1, [], true);
  return `${text}#define S(...) #__VA_ARGS__\n#define X(...) S(__VA_ARGS__)\nX(${some}.${sequence(1, [], true)})\n X([${call(1, [], true)}]a b)\n`;
}

/** A few #if chains over random expressions. */
export function conditionText(random: Random): string {
  const operands = [
    ...['0', '1', '2', '3', '-1', '7u', '0x7fffffffffffffff', '0xffffffffffffffff', '1ULL', '010'],
    ...['0b11', "'a'", "'\\n'", "'\\377'", "'ab'", "L'x'", "u'\\xffff'", 'UND', 'ONE', '63', '64'],
    ...['defined ONE', 'defined(UND)', 'F(1)', 'F(0)', 'NOTHING 1', '9223372036854775807'],
  ];
  const operators = '+ - * / % << >> < > <= >= == != & | ^ && ||'.split(' ');
  const expression = (depth: number): string => {
    const kind = random.below(10);
    const inner = (): string => expression(depth + 1);
    if (depth > 3 || kind < 2) return random.pick(operands);
    if (kind === 2) return `(${inner()})`;
    if (kind === 3) return `${random.pick(['!', '~', '-', '+'])} ${inner()}`;
    if (kind === 4) return `${inner()} ? ${inner()} : ${inner()}`;
    if (kind === 5 && random.below(4) === 0) return `(${inner()} , ${inner()})`;
    return `${inner()} ${random.pick(operators)} ${inner()}`;
  };
  let text = '#define ONE 1\n#define NOTHING\n#define F(x) (x+1 > ONE)\n';
  for (let i = 0; i < 3; i++)
    text += `#if ${expression(0)}\nyes${i}\n#elif ${expression(1)}\nmaybe${i}\n#else\nno${i}\n#endif\n`;
  return text;
}

/** Characters that are hard on a lexer, directives among them. */
export function lexicalText(random: Random): string {
  const atoms = [
    ...[
      'a',
      'bc',
      '1',
      '2e',
      '+',
      '0x1p',
      '-',
      '/',
      '*',
      '/*',
      '*/',
      '//',
      '"',
      "'",
      '\\\n',
      '\\ \n',
    ],
    ...['\n', '\n#define X', '\n#if 0\n', '\n#endif\n', '\n#else\n', '\n#elif 1\n', '<', '<<', '='],
    ...['>', '>>', '%:', '%', '<:', ':>', '..', '...', '.', '.5', 'L', 'u8', 'u', 'R"(a\n)"', '\\'],
    ...['R"x(\\)"\n)x"', '\\"', '\\\\', '#', '##', '\t', ' ', 'X', '_', '$', '?', '??/', '!', '&'],
    ...['|', '^', '(', ')', '{', '\r\n', '\v', '::', 'u8R"()"'],
  ];
  let text = '';
  for (let left = random.below(25) + 3; left > 0; left--) text += random.pick(atoms);
  return `${text}\n`;
}
