import { describe, expect, it } from 'vitest';
import { InitWriter } from './testing/init-writer.js';
import { dumpProgram, hasGcc, readDump, runWithGcc } from './testing/gcc.js';
import { Random } from './testing/random.js';
import { unitOf } from './testing/unit-of.js';

describe.skipIf(!hasGcc)('static initialisers, against gcc', () => {
  it.each([1, 2, 3, 4, 5])('bytes of nested aggregates (seed %i)', (seed) => {
    const writer = new InitWriter(new Random(seed * 104_729));
    const names: string[] = [];
    const shown = new Map<string, string>();
    let text = '';
    for (let n = 0; n < 300; n++) {
      const type = n % 3 === 0 ? writer.type(3) : writer.record(3);
      const line = `${writer.declare(type, `v${n}`)} = ${writer.braced(type)};\n`;
      text += line;
      shown.set(`v${n}`, line);
      names.push(`v${n}`);
    }
    const expected = readDump(runWithGcc(dumpProgram(text, names)));
    const unit = unitOf(text, { unsignedChar: false });
    for (const name of names) {
      const global = unit.global(name);
      if (!global.ok) throw new Error(`${global.error.message}: ${shown.get(name) ?? ''}`);
      const bytes = Buffer.from(global.value.init?.bytes ?? new Uint8Array(0)).toString('hex');
      expect(`${bytes} ${shown.get(name) ?? ''}`).toBe(
        `${expected.get(name) ?? ''} ${shown.get(name) ?? ''}`,
      );
    }
  });
});
