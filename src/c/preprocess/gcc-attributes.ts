/**
 * What gcc 12 for x86-64 answers to `__has_attribute` and `__has_c_attribute` in C, as facts about that compiler.
 */
const gnuAttributes: ReadonlySet<string> = new Set(
  `
NSObject access alias aligned alloc_align alloc_size always_inline artificial assume_aligned
callee_pop_aggregate_return cdecl cf_check cleanup cold common const constructor copy deprecated designated_init
destructor error externally_visible fallthrough fastcall fentry_name fentry_section flatten force_align_arg_pointer
format format_arg function_return gcc_struct gnu_inline hot ifunc indirect_branch indirect_return interrupt leaf
malloc may_alias mode ms_abi ms_hook_prologue ms_struct naked no_address_safety_analysis no_caller_saved_registers
no_icf no_instrument_function no_profile_instrument_function no_reorder no_sanitize no_sanitize_address
no_sanitize_coverage no_sanitize_thread no_sanitize_undefined no_split_stack no_stack_limit no_stack_protector
nocf_check noclone nocommon nodirect_extern_access noinit noinline noipa nonnull nonstring noplt noreturn nothrow
objc_nullability objc_root_class optimize packed patchable_function_entry persistent pure regparm retain
returns_nonnull returns_twice scalar_storage_order section sentinel signed_bool_precision simd sseregparm
stack_protect stdcall symver sysv_abi tainted_args target target_clones thiscall tls_model transaction_callable
transaction_may_cancel_outer transaction_pure transaction_safe transaction_safe_dynamic transaction_unsafe
transaction_wrap transparent_union unavailable uninitialized unused used vector_mask vector_size visibility volatile
warn_if_not_aligned warn_unused warn_unused_result warning weak weakref zero_call_used_regs
`
    .trim()
    .split(/\s+/),
);

/** Attributes of C23, which gcc answers with dates, to `__has_attribute` too. */
const standardAttributes: ReadonlyMap<string, string> = new Map([
  ['deprecated', '201904'],
  ['fallthrough', '201904'],
  ['maybe_unused', '201904'],
  ['nodiscard', '202003'],
]);

/** `scope` is '' for a name without one; `standard` for `__has_c_attribute`. The answer as spelled, '0' for unknown. */
export function gccAttribute(scope: string, name: string, standard: boolean): string {
  const plain = (text: string): string => text.replace(/^__(.+)__$/, '$1');
  if (scope === '') {
    const date = standardAttributes.get(plain(name));
    if (date !== undefined) return date;
    if (standard) return '0';
  }
  if (scope !== '' && plain(scope) !== 'gnu') return '0';
  return gnuAttributes.has(plain(name)) ? '1' : '0';
}
