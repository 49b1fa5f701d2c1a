/** Kernel configurations as text: `.config`, and the `autoconf.h` that a build makes of it. */

/** Options of a `.config`: name without CONFIG_ → `y`, `m` or a value as written. */
export function parseDotConfig(text: string): ReadonlyMap<string, string> {
  const options = new Map<string, string>();
  for (const line of text.split('\n')) {
    const match = /^CONFIG_(\w+)=(.*?)\r?$/.exec(line);
    if (match?.[1] !== undefined && match[2] !== undefined && match[2] !== 'n')
      options.set(match[1], match[2]);
  }
  return options;
}

/** Options of an `autoconf.h`. */
export function parseAutoconf(text: string): ReadonlyMap<string, string> {
  const options = new Map<string, string>();
  for (const line of text.split('\n')) {
    const match = /^#define CONFIG_(\w+) (.*?)\r?$/.exec(line);
    if (match?.[1] === undefined || match[2] === undefined) continue;
    const [, name, value] = match;
    if (value === '1' && name.endsWith('_MODULE'))
      options.set(name.slice(0, -'_MODULE'.length), 'm');
    else if (value === '1' && !options.has(name)) options.set(name, 'y');
    else options.set(name, value);
  }
  return options;
}

/** What the build writes into `include/generated/autoconf.h` for these options. */
export function autoconfText(options: ReadonlyMap<string, string>): string {
  let text = '';
  for (const [name, value] of options) {
    if (value === 'y') text += `#define CONFIG_${name} 1\n`;
    else if (value === 'm') text += `#define CONFIG_${name}_MODULE 1\n`;
    else text += `#define CONFIG_${name} ${value}\n`;
  }
  return text;
}
