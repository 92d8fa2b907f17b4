package io.wherry.hub.db;

/** The database cannot be opened, read or written. The message names the file, the cause and what to do. */
public class DatabaseException extends RuntimeException {
    public DatabaseException(String message) {
        super(message);
    }

    public DatabaseException(String message, Throwable cause) {
        super(message, cause);
    }
}
