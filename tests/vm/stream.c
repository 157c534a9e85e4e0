/* SPDX-License-Identifier: GPL-2.0-or-later */
/* stream SECONDS: the checked stream of stream.h onto the root, told to standard output. For the
 * Debian root. */
#include <stdlib.h>

#include "stream.h"

int main(int argc, char **argv)
{
	if (argc != 2)
		return 2;
	stream((unsigned int)strtoul(argv[1], NULL, 10), stdout);
	return 0;
}
