/** What a patch changes and nobody executes is said: hidden by a model, compiled out, or outside of the pack. On Linux 6.12. */
import { beforeAll, describe, expect, it } from 'vitest';
import { kernelTrees } from '../../src/c/preprocess/testing/kernel-trees.js';
import type { Changes } from '../../src/version/describe-changes.js';
import { EditedTree } from './edited-tree.js';

const MMU = 'arch/x86/kvm/mmu';
const ASM = 'arch/x86/include/asm';
const linux = kernelTrees['6.12'];

describe.skipIf(linux === null)('a change of Linux 6.12', () => {
  let tree: EditedTree;
  beforeAll(() => {
    tree = new EditedTree(linux?.root ?? '');
  }, 240_000);

  const hidden = (changes: Changes): string[] =>
    changes.hidden.map(
      ({ file, name, by }) => `${file}${name === null ? '' : ` ${name}`} by ${by}`,
    );
  const notChecked = (changes: Changes): string[] =>
    changes.notChecked.map((each) => `${each.file} ${each.function}: ${each.reason}`);

  describe('that an override or a model hides', () => {
    const cases = [
      {
        what: 'a header that is replaced',
        edit: {
          path: `${ASM}/cmpxchg.h`,
          find: '#define __xchg_op(ptr, arg, op, lock)',
          replace: '#define __xchg_op(ptr, arg, op, ...)',
        },
        says: [`${ASM}/cmpxchg.h by patchcheck/asm/cmpxchg.h`],
      },
      {
        what: 'another that it stands for as well',
        edit: {
          path: `${ASM}/atomic64_64.h`,
          find: '__READ_ONCE((v)->counter)',
          replace: '(v)->counter',
        },
        says: [`${ASM}/atomic64_64.h by patchcheck/asm/atomic.h`],
      },
      {
        what: 'a macro that is defined again',
        edit: {
          path: 'include/linux/rcupdate.h',
          find: '#define rcu_dereference_check(p, c) \\\n',
          replace: '#define rcu_dereference_check(p, c) (void)0; \\\n',
        },
        says: ['include/linux/rcupdate.h rcu_dereference_check by patchcheck/linux/rcupdate.h'],
      },
      {
        what: 'a function that a macro of ours takes the place of',
        edit: {
          path: 'include/linux/sched.h',
          find: 'return unlikely(tif_need_resched());',
          replace: 'return tif_need_resched();',
        },
        says: ['include/linux/sched.h need_resched by patchcheck/linux/sched.h'],
      },
      {
        what: 'the body of a modelled function',
        edit: {
          path: 'virt/kvm/kvm_main.c',
          find: '++kvm->stat.generic.remote_tlb_flush_requests;',
          replace: ';',
        },
        says: ['virt/kvm/kvm_main.c kvm_flush_remote_tlbs by kvm_flush_remote_tlbs'],
      },
      {
        what: 'what only stands behind a modelled function',
        edit: {
          path: `${MMU}/mmu.c`,
          find: 'int level = PG_LEVEL_4K;\n\tunsigned long hva;',
          replace: 'int level = PG_LEVEL_2M;\n\tunsigned long hva;',
        },
        says: [`${MMU}/mmu.c host_pfn_mapping_level by kvm_mmu_max_mapping_level`],
      },
      {
        what: 'a tracepoint',
        edit: {
          path: `${MMU}/mmutrace.h`,
          find: '__entry->new_spte = *sptep;',
          replace: '__entry->new_spte = ~*sptep;',
        },
        says: [`${MMU}/mmutrace.h by patchcheck/linux/kconfig.h`],
      },
    ];
    let all: Changes;
    beforeAll(() => {
      all = tree.changes(...cases.map(({ edit }) => edit));
    }, 240_000);
    it.each(cases)('$what', ({ edit, says }) => {
      expect(hidden(all).filter((line) => line.startsWith(`${edit.path} `))).toEqual(says);
    });

    it('is none where a comment or the layout changes, or something beside it', () => {
      const edits = [
        {
          path: `${ASM}/cmpxchg.h`,
          find: '#include <linux/compiler.h>\n',
          replace: '#include  <linux/compiler.h> /* x */\n',
        },
        {
          path: 'include/linux/rcupdate.h',
          find: '#define RCU_INIT_POINTER(p, v) \\\n',
          replace: '#define RCU_INIT_POINTER(p, v) (void)0; \\\n',
        },
        {
          path: 'virt/kvm/kvm_main.c',
          find: 'bool kvm_reboot_vm',
          replace: '/* new */ bool kvm_reboot_vm',
        },
      ].filter(({ path, find }) => linux?.read(path)?.split(find).length === 2);
      expect(edits.length).toBeGreaterThan(1);
      expect(hidden(tree.changes(...edits))).toEqual([]);
    });
  });

  // One candidate with all of them: reading the headers again for each would take most of the time.
  describe('in many places at once', () => {
    const edits = {
      helper: {
        path: `${MMU}/spte.h`,
        find: 'return pte & PT_PAGE_SIZE_MASK;',
        replace: 'return (pte & PT_PAGE_SIZE_MASK) != 0;',
      },
      shared: {
        path: `${MMU}/spte.c`,
        find: '\tbool wrprot = false;\n',
        replace: '\tbool wrprot = !true;\n',
      },
      walker: {
        path: `${MMU}/tdp_mmu.c`,
        find: '\tBUG_ON(min_level > KVM_MAX_HUGEPAGE_LEVEL);\n\n\trcu_read_lock();\n\n\tfor_each_tdp_pte_min_level(iter, root, min_level, gfn, gfn + 1)',
        replace:
          '\tBUG_ON(!(min_level <= KVM_MAX_HUGEPAGE_LEVEL));\n\n\trcu_read_lock();\n\n\tfor_each_tdp_pte_min_level(iter, root, min_level, gfn, gfn + 1)',
      },
      shadow: {
        path: `${MMU}/mmu.c`,
        find: 'if (is_shadow_present_pte(old_spte))\n\t\trmap_remove(kvm, sptep);',
        replace: 'if (!!is_shadow_present_pte(old_spte))\n\t\trmap_remove(kvm, sptep);',
      },
      debug: {
        path: `${MMU}/mmu_internal.h`,
        find: '#define KVM_MMU_WARN_ON(x) WARN_ON_ONCE(x)',
        replace: '#define KVM_MMU_WARN_ON(x) WARN_ON(x)',
      },
      groups: {
        path: `${MMU}/tdp_iter.h`,
        find: '#define __KVM_X86_MMU_TDP_ITER_H\n',
        replace:
          '#define __KVM_X86_MMU_TDP_ITER_H\n#ifdef CONFIG_X86_64\n#ifdef CONFIG_KVM_PROVE_MMU\nextern int pc_inner;\n#endif\n#else\nextern int pc_nested;\n#endif\n',
      },
    };
    let changes: Changes;
    beforeAll(() => {
      changes = tree.changes(...Object.values(edits));
    }, 240_000);

    it('names the functions of the shadow MMU that use a helper', () => {
      expect(changes.functions.map(({ name }) => name)).toContain('make_huge_page_split_spte');
      const outside = notChecked(changes);
      expect(outside).toContain(
        `${MMU}/mmu.c __mmu_unsync_walk: outside the pack, and uses is_large_pte, which changed`,
      );
      expect(outside.some((line) => /mmu\/(tdp_|spte)\S+ \w+: outside/.test(line))).toBe(false);
    });

    it('names those of paging_tmpl.h as the macro makes them', () => {
      expect(notChecked(changes)).toContain(
        `${MMU}/paging_tmpl.h FNAME(sync_spte): outside the pack, and uses make_spte, which changed`,
      );
    });

    it('names nobody for what only an entry point shows', () => {
      expect(changes.functions.map(({ name }) => name)).toContain('write_protect_gfn');
      expect(notChecked(changes).some((line) => line.includes('write_protect_gfn,'))).toBe(false);
    });

    it('names each function that changed in a file of the shadow MMU', () => {
      const own = notChecked(changes).filter((line) => line.includes('no pack covers'));
      expect(own).toEqual([`${MMU}/mmu.c drop_spte: no pack covers this file`]);
    });

    it('names compiled-out lines with their option: removed and added, in #else, in groups within groups', () => {
      expect(notChecked(changes).filter((line) => line.includes('not built'))).toEqual([
        expect.stringMatching(/mmu_internal.h : removed line \d+ not .*\(CONFIG_KVM_PROVE_MMU\)/),
        expect.stringMatching(/mmu_internal.h : line \d+ not .*\(CONFIG_KVM_PROVE_MMU\)/),
        expect.stringMatching(/tdp_iter.h : line 7 not .*\(CONFIG_KVM_PROVE_MMU\)/),
        expect.stringMatching(/tdp_iter.h : line 10 not .*\(CONFIG_X86_64\)/),
      ]);
    });
  });
});
