/* Memory statistics of a page go to the models. */
#ifndef PC_LINUX_VMSTAT_H
#define PC_LINUX_VMSTAT_H

#include "./include/linux/vmstat.h"

void pc_mod_page_state(int item, int delta);

#undef mod_lruvec_page_state
#define mod_lruvec_page_state(page, item, delta) ((void)(page), pc_mod_page_state(item, delta))

#endif
