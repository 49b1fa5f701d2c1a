/** IR as text, for whoever works on lowering or on code generation: one block a paragraph, one instruction a line. */
import type { Address, Expr, Instruction, IrFunction, SiteId, Terminator } from './ir.js';

/** `placeOf`: where in the sources a site is; then instructions that have one say so. */
export function printIr(
  fn: IrFunction,
  placeOf: (site: SiteId) => string | null = () => null,
): string {
  const at = (part: object): string => {
    const site = siteWithin(part);
    const place = site === null ? null : placeOf(site);
    return place === null ? '' : `  @${place}`;
  };
  const params = fn.signature.params.map((type, id) => `%${id} ${type}`).join(', ');
  const lines = [
    `function ${fn.symbol}(${params})${fn.signature.result ? ` ${fn.signature.result}` : ''}${at(fn)}`,
  ];
  fn.slots.forEach((slot, id) => {
    lines.push(
      `  $${id} ${slot.name === '' ? 'temporary' : slot.name}: ${slot.size} bytes, align ${slot.align}${at(slot)}`,
    );
  });
  fn.blocks.forEach((block, id) => {
    lines.push(`b${id}:`);
    for (const instruction of block.instructions)
      lines.push(`  ${printInstruction(instruction)}${at(instruction)}`);
    lines.push(`  ${printEnd(block.end)}${at(block.end)}`);
  });
  return `${lines.join('\n')}\n`;
}

/** The first site in an instruction, its operands included. */
function siteWithin(part: object): SiteId | null {
  if ('kind' in part && part.kind === 'cover') return null; // a number of another list
  if ('site' in part && typeof part.site === 'number') return part.site;
  for (const inner of Object.values(part) as readonly unknown[]) {
    const site = typeof inner === 'object' && inner !== null ? siteWithin(inner) : null;
    if (site !== null) return site;
  }
  return null;
}

export function printExpr(e: Expr): string {
  switch (e.kind) {
    case 'int':
      return `${e.value}`;
    case 'float':
      return `${e.value}${e.type === 'f32' ? 'f' : ''}`;
    case 'local':
      return `%${e.id}`;
    case 'int-unary':
      return `${e.of}.${e.op}(${printExpr(e.value)})`;
    case 'float-unary':
      return `${e.type}.${e.op}(${printExpr(e.value)})`;
    case 'int-binary':
    case 'float-binary':
      return `${e.of}.${e.op}(${printExpr(e.left)}, ${printExpr(e.right)})`;
    case 'cast':
      return `${e.op.includes('.') ? '' : `${e.type}.`}${e.op}(${printExpr(e.value)})`;
    case 'load':
      return `${e.type}.load${e.bytes * 8}${e.signed && e.bytes * 8 < (e.type === 'i64' ? 64 : 32) ? 's' : ''}[${printAddress(e.address)}]`;
    case 'select':
      return `(${printExpr(e.test)} ? ${printExpr(e.then)} : ${printExpr(e.otherwise)})`;
    case 'slot-address':
      return `&$${e.slot}${plus(e.offset)}`;
    case 'global-address':
      return `&${e.symbol}${plus(e.offset)}`;
    case 'function-address':
      return `&${e.symbol}()`;
    case 'frame-address':
      return '&frame';
  }
}

const plus = (offset: number): string =>
  offset === 0 ? '' : offset > 0 ? `+${offset}` : `${offset}`;

export function printAddress(address: Address): string {
  switch (address.kind) {
    case 'slot':
      return `$${address.slot}${plus(address.offset)}`;
    case 'global':
      return `${address.symbol}${plus(address.offset)}`;
    case 'pointer':
      return `${printExpr(address.pointer)}${plus(address.offset)}`;
    case 'raw':
      return `raw ${printExpr(address.base)}${plus(address.offset)}`;
  }
}

export function printInstruction(i: Instruction): string {
  switch (i.kind) {
    case 'set':
      return `%${i.local} = ${printExpr(i.value)}`;
    case 'evaluate':
      return `evaluate ${printExpr(i.value)}`;
    case 'store':
      return `store${i.bytes * 8} [${printAddress(i.address)}] = ${printExpr(i.value)}`;
    case 'copy':
      return `copy ${i.size} bytes [${printAddress(i.to)}] = [${printAddress(i.from)}]`;
    case 'zero':
      return `zero ${i.size} bytes [${printAddress(i.to)}]`;
    case 'move-bytes':
      return `move ${printExpr(i.size)} bytes ${printExpr(i.to)} from ${printExpr(i.from)}`;
    case 'fill-bytes':
      return `fill ${printExpr(i.size)} bytes ${printExpr(i.to)} with ${printExpr(i.byte)}`;
    case 'call': {
      const target =
        i.target.kind === 'direct'
          ? i.target.symbol
          : i.target.kind === 'runtime'
            ? `runtime ${i.target.name}`
            : `*(${printExpr(i.target.pointer)})`;
      const result = i.result === null ? '' : `%${i.result} = `;
      return `${result}call ${target}(${i.args.map(printExpr).join(', ')})`;
    }
    case 'trap-if':
      return `trap ${i.trap} if ${printExpr(i.test)}`;
    case 'cover':
      return `cover ${i.site}`;
    case 'alloca':
      return `%${i.result} = alloca ${printExpr(i.size)}, align ${i.align}`;
    case 'save-stack':
      return `%${i.result} = stack`;
    case 'restore-stack':
      return `stack = %${i.from}`;
    case 'scope':
      return [i.how, ...i.slots.map((slot) => `$${slot}`)].join(' ');
    case 'allocate':
      return `%${i.result} = allocate ${printExpr(i.size)} at ${printExpr(i.pointer)}`;
    case 'free':
      return `free ${printExpr(i.pointer)}`;
    case 'observe':
      return `observe ${printExpr(i.value)}`;
    case 'undefine':
      return `%${i.local} = undefined`;
    case 'guard':
      return `%${i.result} = guard ${i.size} bytes at ${printExpr(i.pointer)}${plus(i.offset)} in ${printExpr(i.object)}`;
  }
}

export function printEnd(end: Terminator): string {
  switch (end.kind) {
    case 'goto':
      return `goto b${end.to}`;
    case 'branch':
      return `if ${printExpr(end.test)} goto b${end.then} else b${end.otherwise}`;
    case 'table':
      return `table ${printExpr(end.index)}: ${end.targets.map((to) => `b${to}`).join(' ')} else b${end.otherwise}`;
    case 'return':
      return end.value === null ? 'return' : `return ${printExpr(end.value)}`;
    case 'fall-off':
      return 'fall off';
    case 'trap':
      return `trap ${end.trap}`;
  }
}
