/*
 * Differences between trees. PC_HAVE_ macros answer the questions of features.ts about declarations (`NAME=1`, absent: no);
 * what is a macro in the tree is asked with #ifdef right where it matters.
 */
#ifndef SHADOW_NONPRESENT_VALUE
#define SHADOW_NONPRESENT_VALUE 0ULL
#endif
#ifndef FROZEN_SPTE
#define FROZEN_SPTE REMOVED_SPTE
#endif
#ifndef SPTE_TDP_AD_DISABLED
#define SPTE_TDP_AD_DISABLED SPTE_TDP_AD_DISABLED_MASK
#define SPTE_TDP_AD_WRPROT_ONLY SPTE_TDP_AD_WRPROT_ONLY_MASK
#endif

/* Index of a page table's last entry, by the tree's own geometry: proofs scale it down. */
#define PC_LAST_ENTRY ((int)SPTE_ENT_PER_PAGE - 1)

#ifdef PC_HAVE_KVM_MMU_PAGE_NX_HUGE_PAGE_DISALLOWED
#define PC_NX_DISALLOWED(sp) ((sp)->nx_huge_page_disallowed)
#define PC_NX_LINK(sp) (&(sp)->possible_nx_huge_page_link)
#define PC_NX_LIST(kvm) (&(kvm)->arch.possible_nx_huge_pages)
#else
#define PC_NX_DISALLOWED(sp) ((sp)->lpage_disallowed)
#define PC_NX_LINK(sp) (&(sp)->lpage_disallowed_link)
#define PC_NX_LIST(kvm) (&(kvm)->arch.lpage_disallowed_mmu_pages)
#endif

#ifndef KVM_MAX_NR_ADDRESS_SPACES
#define KVM_MAX_NR_ADDRESS_SPACES KVM_ADDRESS_SPACE_NUM
#endif
