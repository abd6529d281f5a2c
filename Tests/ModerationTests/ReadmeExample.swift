import ContentModel
import Moderation

func example() throws -> Verdict {
    let moderator = try Moderator(rules: "Rules")
    let verdict = try moderator.judge(Post(text: "加 微 信 领优惠, guaranteed 30% returns"))
    for evidence in verdict.evidence { print(evidence.rule.rawValue, evidence.place?.text ?? "") }
    return verdict
}
