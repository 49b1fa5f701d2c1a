/* Numbers of the functions at whose entry and exit pc_enter() and pc_leave() are called: those that models ask for.
   All other scopes are numbered after them by scopes.ts and only name places. */
#ifndef PC_SCOPES_H
#define PC_SCOPES_H

#define PC_SCOPE_COND_RESCHED 1 /* no place of its own: a poll in it belongs to the walker that called it */
#define PC_SCOPE_REMOVED_PT 2

#endif
