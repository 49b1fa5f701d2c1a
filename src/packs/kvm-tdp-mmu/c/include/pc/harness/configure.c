/* KVM's masks and limits, set up by the tree's own functions for the scenario's host. */

static bool pc_ad_bits;

/* Address bits of memory encryption. A kernel that was not built for SME never turns it on. */
static pc_u64 pc_key_bits(int ept)
{
#ifndef CONFIG_DYNAMIC_PHYSICAL_MASK
	if (!ept)
		return 0;
#endif
	return pc_in[PC_IN_ME_MASK];
}

/* Of the address bits, those above the lowest of memory encryption's are not the kernel's. */
static int pc_phys_bits(pc_u64 me)
{
	return me ? __builtin_ctzll(me) : (int)pc_in[PC_IN_MAXPHYADDR];
}

/* As svm_adjust_mmio_mask() does it where memory is encrypted: reserved is what lies above x86_phys_bits, but the bit itself. */
static void pc_adjust_mmio_mask(pc_u64 me)
{
	int first = pc_phys_bits(me) + 1;
	pc_u64 mask = first < 52 ? (((1ULL << 52) - 1) & ~((1ULL << first) - 1)) | PT_PRESENT_MASK : 0;

	kvm_mmu_set_mmio_spte_mask(mask, mask, ACC_WRITE_MASK | ACC_USER_MASK);
}

static void pc_configure(void)
{
	int ept = pc_in[PC_IN_FORMAT] == 0;
	pc_u64 flags = pc_in[PC_IN_FLAGS], me = pc_key_bits(ept);

	pc_zero(&boot_cpu_data, sizeof(boot_cpu_data));
	pc_zero(&kvm_x86_ops, sizeof(kvm_x86_ops));
	boot_cpu_data.x86_phys_bits = pc_phys_bits(me);
	boot_cpu_data.x86_cache_bits = boot_cpu_data.x86_phys_bits;
	if (flags & PC_CONFIG_L1TF) {
		/* override_cache_bits(): these CPUs' caches know of so many, whatever CPUID says. */
		if (boot_cpu_data.x86_cache_bits < 44)
			boot_cpu_data.x86_cache_bits = 44;
		boot_cpu_data.x86_capability[X86_BUG_L1TF / 32] |= 1u << X86_BUG_L1TF % 32;
	}
	boot_cpu_data.extended_cpuid_level = 0x80000008;
#ifdef CONFIG_DYNAMIC_PHYSICAL_MASK
	physical_mask = ((1ULL << 52) - 1) & ~(ept ? 0 : me);
#endif
	pc_ad_bits = !ept || (flags & PC_CONFIG_AD_BITS);
	if (flags & PC_CONFIG_PML)
		kvm_x86_ops.cpu_dirty_log_size = 512;
	nx_huge_pages = 0; /* a page fault that comes with the mitigation turns it on */
	mmu_page_header_cache = (struct kmem_cache *)pc_headers;
	tdp_enabled = true;

	enable_mmio_caching = !(flags & PC_CONFIG_NO_MMIO_CACHING);
	kvm_mmu_spte_module_init();
	kvm_mmu_reset_all_pte_masks();
	if (ept)
		kvm_mmu_set_ept_masks(pc_ad_bits, !(flags & PC_CONFIG_NO_EXEC_ONLY));
	if (me)
		kvm_mmu_set_me_spte_mask(ept ? 0 : me, me);
	if (me && !ept)
		pc_adjust_mmio_mask(me);
}

static void pc_report_masks(void)
{
	pc_out[PC_OUT_NONPRESENT] = SHADOW_NONPRESENT_VALUE;
	pc_out[PC_OUT_FROZEN] = FROZEN_SPTE;
	pc_out[PC_OUT_BASE_ADDRESS] = SPTE_BASE_ADDR_MASK;
	pc_out[PC_OUT_PRESENT] = shadow_present_mask;
	pc_out[PC_OUT_USER] = shadow_user_mask;
	pc_out[PC_OUT_X] = shadow_x_mask;
	pc_out[PC_OUT_NX] = shadow_nx_mask;
	pc_out[PC_OUT_ACCESSED] = shadow_accessed_mask;
	pc_out[PC_OUT_DIRTY] = shadow_dirty_mask;
	pc_out[PC_OUT_ACCESS_TRACK] = shadow_acc_track_mask;
	pc_out[PC_OUT_HOST_WRITABLE] = shadow_host_writable_mask;
	pc_out[PC_OUT_MMU_WRITABLE] = shadow_mmu_writable_mask;
	pc_out[PC_OUT_ME_VALUE] = shadow_me_value;
	pc_out[PC_OUT_ME_MASK] = shadow_me_mask;
	pc_out[PC_OUT_MEMTYPE] = shadow_memtype_mask;
	pc_out[PC_OUT_MEMTYPE_OF_RAM] =
		shadow_memtype_mask ? STATIC_CALL_TRAMP(kvm_x86_get_mt_mask)(NULL, 0, false) : 0;
	pc_out[PC_OUT_MMIO_VALUE] = shadow_mmio_value;
	pc_out[PC_OUT_MMIO_MASK] = shadow_mmio_mask;
	pc_out[PC_OUT_MMIO_ACCESS] = shadow_mmio_access_mask;
	pc_out[PC_OUT_MMU_PRESENT] = SPTE_MMU_PRESENT_MASK;
	pc_out[PC_OUT_TABLES_PFN] = PC_TABLES_PA >> 12;
	pc_out[PC_OUT_L1TF_MASK] = shadow_nonpresent_or_rsvd_mask;
	pc_out[PC_OUT_L1TF_LOW_GFN] = shadow_nonpresent_or_rsvd_lower_gfn_mask;
	pc_out[PC_OUT_MMIO_CACHING] = enable_mmio_caching;
}
