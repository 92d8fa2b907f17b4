package io.wherry.hub.db;

import java.nio.file.Path;

/** Another process holds the data folder: two hubs on one folder would sign two histories. */
public final class DataFolderInUse extends DatabaseException {
    DataFolderInUse(Path folder) {
        super(
                folder
                        + ": another wherry-hub is running on this data folder (stop it first, or name another folder with --data)");
    }
}
