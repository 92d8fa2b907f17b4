/**
 * Stage 1 of 8: takes sources (Git, registries), gives the tree of a commit or an artifact and what was read of it; next is render.
 *
 * <ul>
 *   <li>When and what: {@code SourceLoops} checks each source on a thread of its own, by {@code SourceChecks}.
 *   <li>One check: {@code SourceCheck} of a Git repository, {@code ArtifactCheck} of a registry's; {@code RefJudge} and {@code SignatureJudge} say whether what was
 *       found may be followed; a {@code Fetch} comes of each reference.
 *   <li>The other side: {@code GitRemote}, by {@code GitHttp} or {@code GitSsh}, which know one server and one credential.
 *   <li>What is kept: {@code GitMirrors}, one {@code GitMirror} for each repository and credential, artifacts too ({@code ArtifactStore}); {@code SourceRepository} in
 *       the database.
 *   <li>What later stages see: {@code SourceTree}, read by a {@code TreeReader} that notes every look in a {@code ReadSet}.
 * </ul>
 */
@NullMarked
package io.wherry.hub.source;

import org.jspecify.annotations.NullMarked;
