/* rehearse.h - the scenarios of a topology, without a lab: can every step be made? */
#ifndef CLI_REHEARSE_H
#define CLI_REHEARSE_H

#include "cli/world.h"

/* Makes the changes of each scenario, one on top of the other, and looks up what its expectations
 * name. A step that cannot be made is reported and left out of those that follow. */
enum exit_status rehearse(const struct world *w, struct invocation *inv);

#endif
