/** Compound literals (C11 6.5.2.5): static at file scope, automatic in a block, initialised each time they are evaluated. */
import type { Initializer, Span, TypeSyntax } from '../ast.js';
import type { LValue } from '../typed.js';
import type { CType } from '../types.js';
import type { Context, Operand } from './entities.js';
import { completedBy } from './init-tree.js';
import { initTree } from './initialiser.js';
import { localInit } from './local-init.js';
import { lvalueOperand, newTemporary } from './operands.js';
import { requireComplete } from './records.js';
import { resolveType } from './resolve-type.js';
import { staticBytes } from './static-init.js';
import { alignOf } from './layout.js';

export function checkCompoundLiteral(
  context: Context,
  written: TypeSyntax | CType,
  init: Initializer,
  span: Span,
): Operand {
  const declared = 'span' in written ? resolveType(context, written) : written;
  const node = initTree(context, declared, init);
  const type = completedBy(declared, node);
  requireComplete(context, type, span);
  if (context.fn === null || context.staticInit === true) {
    const global = context.unit.newUnnamed('literal', type, span);
    global.align = alignOf(type);
    global.init = staticBytes(context, type, node, span);
    return lvalueOperand({ kind: 'global', global, type, span });
  }
  const local = newTemporary(context, type, span);
  const object: LValue = { kind: 'local', local, type, span };
  return lvalueOperand({
    kind: 'compound-literal',
    local,
    init: localInit(context, object, node),
    type,
    span,
  });
}
