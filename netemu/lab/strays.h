/* SPDX-License-Identifier: GPL-2.0-or-later */
/* strays.h - processes of labs that have lost their home. */
#ifndef LAB_STRAYS_H
#define LAB_STRAYS_H

/* Ends what netemu has started for labs below the run directory whose directory or journal is gone:
 * somebody has deleted it. A process of a lab has its directory as its working directory. */
void strays_end_lost(const char *run);

/* Ends what netemu has started for labs in the user namespace of that number. Nobody can reach
 * these labs any more: the process that kept the namespace was killed, or its door is gone. */
void strays_end(unsigned long long number);

#endif
