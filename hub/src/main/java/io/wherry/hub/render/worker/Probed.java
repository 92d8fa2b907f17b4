package io.wherry.hub.render.worker;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;

/** What programs said of themselves, for as long as their files stay as they are: asking takes as long as a rendering. For several threads. */
final class Probed {
    private static final Map<Path, Answer> ANSWERS = new ConcurrentHashMap<>();

    private Probed() {}

    private record State(Path file, FileTime modified, long size) {}

    private record Answer(State state, Worker.Outcome said) {}

    /** @param ask what is run where the file is not the one that was asked before; one that was stopped is asked again */
    static Worker.Outcome of(Path program, Supplier<Worker.Outcome> ask) {
        State state;
        try {
            Path file = program.toRealPath();
            BasicFileAttributes attributes = Files.readAttributes(file, BasicFileAttributes.class);
            state = new State(file, attributes.lastModifiedTime(), attributes.size());
        } catch (IOException e) {
            return new Worker.Stopped("cannot be read: " + e.getMessage());
        }
        Answer known = ANSWERS.get(program);
        if (known != null && known.state().equals(state)) {
            return known.said();
        }
        Worker.Outcome said = ask.get();
        if (said instanceof Worker.Stopped) {
            ANSWERS.remove(program);
        } else {
            ANSWERS.put(program, new Answer(state, said));
        }
        return said;
    }
}
