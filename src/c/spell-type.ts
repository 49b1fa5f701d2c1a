/** Types as C would spell them, roughly: for diagnostics. */
import type { CType, FunctionType } from './types.js';

export function spelled(type: CType): string {
  const qualifiers = `${type.const === true ? 'const ' : ''}${type.volatile === true ? 'volatile ' : ''}`;
  switch (type.kind) {
    case 'void':
      return `${qualifiers}void`;
    case 'bool':
      return `${qualifiers}_Bool`;
    case 'int':
      return `${qualifiers}${type.name}${type.width === undefined ? '' : ` : ${type.width}`}`;
    case 'float':
      return qualifiers + { 32: 'float', 64: 'double', 80: 'long double' }[type.bits];
    case 'complex':
      return `${qualifiers}_Complex`;
    case 'va-list':
      return `${qualifiers}va_list`;
    case 'enum':
      return `${qualifiers}enum ${type.tag ?? '<anonymous>'}`;
    case 'record':
      return `${qualifiers}${type.record.union ? 'union' : 'struct'} ${type.record.tag ?? '<anonymous>'}`;
    case 'array': {
      const length = typeof type.length === 'number' ? String(type.length) : '';
      return `${spelled(type.of)}[${length}]`;
    }
    case 'pointer': {
      const suffix = qualifiers === '' ? '' : ` ${qualifiers.trim()}`;
      if (type.to.kind === 'function') {
        return `${spelled(type.to.returns)} (*${suffix.trim()})(${parameters(type.to)})`;
      }
      const to = spelled(type.to);
      return to.endsWith('*') ? `${to}*${suffix}` : `${to} *${suffix}`;
    }
    case 'function':
      return `${spelled(type.returns)}(${parameters(type)})`;
  }
}

function parameters(type: FunctionType): string {
  if (!type.prototyped) return '';
  const names = type.params.map(spelled);
  if (type.variadic) names.push('...');
  return names.length === 0 ? 'void' : names.join(', ');
}
