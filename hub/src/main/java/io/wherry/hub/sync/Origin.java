package io.wherry.hub.sync;

import io.wherry.contract.SourceRef;
import io.wherry.hub.source.Revision;

/** Which commit of which source some content came from. */
record Origin(SourceRef source, Revision revision) {}
