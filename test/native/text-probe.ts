/** Answers a pack's questions from preprocessed text, for builds in which our own front end has no part. */
import type { Probe } from '../../src/pack-api/pack.js';

export function textProbe(text: string): Probe {
  const plain = text.replace(/^#.*$/gm, '');
  const parameters = (name: string): string[] | null => {
    const found = new RegExp(`\\b${name}\\s*\\(`, 'g');
    for (let match = found.exec(plain); match !== null; match = found.exec(plain)) {
      const before = plain.slice(Math.max(0, match.index - 200), match.index);
      // A declarator follows a type; a call follows an operator, a bracket, `return` or the like.
      if (!/([\w*]|\)\))\s*$/.test(before) || /\b(return|else|case|goto)\s*$/.test(before))
        continue;
      return splitParameters(plain.slice(match.index + match[0].length));
    }
    return null;
  };
  return {
    hasFunction: (name) => parameters(name) !== null,
    parameters,
    hasField: (record, field) => {
      const at = new RegExp(`\\b${record.replace(' ', '\\s+')}\\s*\\{`).exec(plain);
      if (at === null) return false;
      return new RegExp(`\\b${field}\\s*[;:,\\[]`).test(bracedBody(plain, at.index));
    },
    hasTypedef: (name) => new RegExp(`\\btypedef\\b[^;{]*\\b${name}\\s*;`).test(plain),
    macro: () => null,
  };
}

function splitParameters(text: string): string[] {
  const parts: string[] = [];
  let depth = 1;
  let start = 0;
  for (let i = 0; i < text.length && depth > 0; i++) {
    const c = text[i];
    if (c === '(') depth++;
    else if (c === ')') depth--;
    if (depth === 0 || (c === ',' && depth === 1)) {
      parts.push(text.slice(start, i).trim());
      start = i + 1;
    }
  }
  return parts.length === 1 && (parts[0] === 'void' || parts[0] === '') ? [] : parts;
}

function bracedBody(text: string, from: number): string {
  let depth = 0;
  for (let i = text.indexOf('{', from); i < text.length; i++) {
    if (text[i] === '{') depth++;
    else if (text[i] === '}' && --depth === 0) return text.slice(from, i);
  }
  return '';
}
