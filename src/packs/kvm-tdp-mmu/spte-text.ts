/**
 * An SPTE value as text: `0`, `frozen`, `-> r0[3]`, `leaf pfn 0x123 RWX A D mmu-w host-w`, `mmio gen 5 gfn 0xfee00`,
 * and `raw 0x…` for what is none of these. No two values share a text: bits that the words do not explain follow as `^0x…`
 * (a mask to xor). Letters of an access-tracked leaf are those it will have again; hardware sees none of them.
 */
import { err, ok } from '../../base/result.js';
import type { Result } from '../../base/result.js';
import type { LeafEntry } from './scenario.js';
import { U64 } from './spte-masks.js';
import type { SpteMasks } from './spte-masks.js';
import { decodeSpte, encodeLeaf, encodeMmio, encodeTable, usualAdType } from './spte-value.js';
import type { AdType, LeafFields } from './spte-value.js';

/** The words of a leaf without its A/D type: also the form in which scenarios write one. */
export function leafWords(leaf: LeafEntry): string {
  const words = [
    'leaf',
    'pfn',
    `0x${leaf.pfn.toString(16)}`,
    `R${leaf.writable ? 'W' : '-'}${leaf.executable ? 'X' : '-'}`,
  ];
  if (leaf.accessed) words.push('A');
  if (leaf.dirty) words.push('D');
  if (leaf.mmuWritable) words.push('mmu-w');
  if (leaf.hostWritable) words.push('host-w');
  if (leaf.accessTracked) words.push('tracked');
  return words.join(' ');
}

/** Fields that `words` (the text after `leaf`) set; a string says what is wrong. */
export function parseLeafWords(words: readonly string[]): Result<LeafEntry, string> {
  const [pfnWord, number, permissions, ...flags] = words;
  if (pfnWord !== 'pfn' || number === undefined) return err("'leaf' needs 'pfn' and a number");
  const pfn = parseNumber(number);
  if (pfn === null) return err(`'${number}' is no number`);
  if (permissions === undefined || !/^R[W-][X-]$/.test(permissions)) {
    return err("'leaf' needs its permissions after the pfn: R, W or -, X or -");
  }
  const seen = new Set<string>();
  for (const flag of flags) {
    if (!['A', 'D', 'mmu-w', 'host-w', 'tracked'].includes(flag)) {
      return err(`'${flag}' is none of A, D, mmu-w, host-w, tracked`);
    }
    if (seen.has(flag)) return err(`'${flag}' stands twice`);
    seen.add(flag);
  }
  return ok({
    kind: 'leaf',
    pfn,
    writable: permissions[1] === 'W',
    executable: permissions[2] === 'X',
    accessed: seen.has('A'),
    dirty: seen.has('D'),
    mmuWritable: seen.has('mmu-w'),
    hostWritable: seen.has('host-w'),
    accessTracked: seen.has('tracked'),
  });
}

/** Of 64 bits at most. */
export function parseNumber(text: string): bigint | null {
  if (!/^(0x[0-9a-f]+|[0-9]+)$/i.test(text)) return null;
  const value = BigInt(text);
  return value <= U64 ? value : null;
}

const AD_TYPE_WORDS: Readonly<Record<AdType, string>> = {
  enabled: 'ad-on',
  disabled: 'ad-off',
  'write-protect-only': 'wp-only',
};

const hex = (value: bigint): string => `0x${value.toString(16)}`;

/** `tableName`: the canonical name of the page table in that frame, or null when there is none. */
export function spteText(
  value: bigint,
  level: number,
  masks: SpteMasks,
  tableName: (pfn: bigint) => string | null,
): string {
  const fields = decodeSpte(value, level, masks);
  switch (fields.kind) {
    case 'nonpresent':
      return '0';
    case 'frozen':
      return 'frozen';
    case 'table':
      return `-> ${tableName(fields.pfn) ?? `pfn ${hex(fields.pfn)}`}` + oddText(fields.odd);
    case 'mmio': {
      const readOnly = fields.writable ? '' : ' read-only';
      return `mmio gen ${String(fields.generation)} gfn ${hex(fields.gfn)}${readOnly}${oddText(fields.odd)}`;
    }
    case 'leaf': {
      const { leaf } = fields;
      const type = leaf.adType === usualAdType(masks) ? '' : ` ${AD_TYPE_WORDS[leaf.adType]}`;
      return leafWords(leaf) + type + oddText(fields.odd);
    }
    case 'raw':
      return `raw ${hex(fields.value)}`;
  }
}

function oddText(odd: bigint): string {
  return odd === 0n ? '' : ` ^${hex(odd)}`;
}

/** The inverse of `spteText`; `tablePfn` finds a table by name. */
export function parseSpteText(
  text: string,
  level: number,
  masks: SpteMasks,
  tablePfn: (name: string) => bigint | null,
): Result<bigint, string> {
  const words = text.trim().split(/\s+/);
  let odd = 0n;
  const last = words.at(-1);
  if (last !== undefined && last.startsWith('^')) {
    const mask = parseNumber(last.slice(1));
    if (mask === null) return err(`'${last}' is no mask`);
    odd = mask;
    words.pop();
  }
  const value = parseWords(words, level, masks, tablePfn);
  return value.ok ? ok(value.value ^ odd) : value;
}

function parseWords(
  words: readonly string[],
  level: number,
  masks: SpteMasks,
  tablePfn: (name: string) => bigint | null,
): Result<bigint, string> {
  const [first, second, third] = words;
  switch (first) {
    case '0':
      return words.length === 1 ? ok(masks.nonpresent) : err("nothing may follow '0'");
    case 'frozen':
      return words.length === 1 ? ok(masks.frozen) : err("nothing may follow 'frozen'");
    case 'raw': {
      const value = second === undefined ? null : parseNumber(second);
      return value === null ? err("'raw' needs a number") : ok(value);
    }
    case '->': {
      if (second === undefined) return err("'->' needs the name of a table");
      const byNumber = second === 'pfn' && third !== undefined ? parseNumber(third) : null;
      const pfn = byNumber ?? tablePfn(second);
      return pfn === null ? err(`no table is named '${second}'`) : ok(encodeTable(pfn, masks));
    }
    case 'mmio': {
      const generation = words[1] === 'gen' ? parseNumber(words[2] ?? '') : null;
      const gfn = words[3] === 'gfn' ? parseNumber(words[4] ?? '') : null;
      if (generation === null || gfn === null) return err("'mmio' needs 'gen' N and 'gfn' N");
      const writable = words[5] !== 'read-only';
      return ok(encodeMmio({ generation: Number(generation), gfn, writable }, masks));
    }
    case 'leaf': {
      const type = (Object.keys(AD_TYPE_WORDS) as AdType[]).find((t) =>
        words.includes(AD_TYPE_WORDS[t]),
      );
      const adType = type ?? usualAdType(masks);
      const leaf = parseLeafWords(words.slice(1).filter((w) => w !== AD_TYPE_WORDS[adType]));
      if (!leaf.ok) return leaf;
      const fields: LeafFields = { ...leaf.value, adType };
      return ok(encodeLeaf(fields, level, masks));
    }
    default:
      return err(`'${first ?? ''}' begins no SPTE: expected 0, frozen, leaf, mmio, -> or raw`);
  }
}
