#pragma once
// Vectorscan keeps Hyperscan's C interface; pkg-config puts its folder on the header path.
#include <hs.h>
