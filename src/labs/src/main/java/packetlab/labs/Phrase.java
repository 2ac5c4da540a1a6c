package packetlab.labs;

import java.util.Locale;

/**
 * Everything that the program itself says to students and teachers about labs, in each language that it speaks, in one
 * place. What a lab says is in the lab's own files ({@link LabText}); faults of those files are told in English, to whoever
 * writes them. {@code %s} are values, in the same order in both languages.
 */
public enum Phrase {
    RIGHT("right", "맞음"),
    WRONG("wrong", "틀림"),
    EMPTY("no answer", "답 없음"),
    UNREADABLE("not readable", "읽을 수 없음"),
    UNTOLD("not told by the capture", "캡처로 알 수 없음"),
    DONE("done", "해냄"),
    UNDONE("not done", "아직 못함"),

    KIND_PACKET("a packet number, such as 7", "패킷 번호(예: 7)"),
    KIND_NUMBER("a number, such as 1448 or 0x5a8", "수(예: 1448 또는 0x5a8)"),
    KIND_TEXT("text", "글"),
    KIND_YES_NO("yes or no", "yes/no 또는 예/아니오"),
    KIND_LIST("numbers with commas between them, in any order", "쉼표로 나눈 수(순서는 상관없음)"),
    KIND_CHOICE("one of the words named", "정해진 낱말 중 하나"),
    KIND_FILTER("a capture filter, such as tcp port 8080", "캡처 필터(예: tcp port 8080)"),
    KIND_DEED("nothing to write: what you did counts, as the capture shows it", "적을 것 없음: 캡처에 남은 행동으로 채점"),
    ONE_OF("one of %s", "다음 중 하나: %s"),

    EXPECTED("expected %s, found '%s'", "필요한 것: %s, 적힌 것: '%s'"),
    ONLY_SO_MANY("the capture has only %s packets", "캡처에는 패킷이 %s개뿐입니다"),
    LOOK_AT_ONE("look at packet %s", "볼 패킷: %s"),
    LOOK_AT("look at packets %s", "볼 패킷: %s"),
    LOOK_AT_ON("look at packets %s and on, to %s", "볼 패킷: %s 등, %s번까지"),
    ALSO_SELECTS("it also selects what is not meant: packets %s", "고르지 말아야 할 패킷도 고릅니다: %s"),
    DOES_NOT_SELECT("it leaves out what is meant: packets %s", "골라야 할 패킷을 빠뜨립니다: %s"),
    SELECTS_SO_MANY("it selects %s of %s packets", "전체 %2$s개 중 %1$s개를 고릅니다"),
    NO_PCAP("filters cannot be judged here: %s", "여기서는 필터를 채점할 수 없습니다: %s"),
    DO_FIRST("first do: %s", "먼저 할 것: %s"),
    DO_AGAIN("what is not done can be done in another run:   %s", "못한 것은 다시 실행하여 할 수 있습니다:   %s"),
    AND_MORE("%s and %s more", "%s 외 %s개"),

    ANSWER("answer: %s", "정답: %s"),
    POINTS_OF("%s of %s points", "%2$s점 중 %1$s점"),
    POINTS("%s points", "%s점"),
    NOT_THIS_CAPTURE("%s: is not the capture of this run (it was changed or replaced); packetlab lab start %s makes a new one",
            "%s: 이 실행의 캡처가 아닙니다(바뀌었거나 다른 것입니다). packetlab lab start %s 명령으로 새로 만드세요"),
    NOT_THESE_ACTS("%s: is not what was done in this run (it was changed or replaced)",
            "%s: 이 실행에서 한 일의 기록이 아닙니다(바뀌었거나 다른 것입니다)"),
    NO_COLON("%s:%s: expected 'question: answer', found '%s'", "%s:%s: '질문: 답' 꼴이어야 합니다. 적힌 것: '%s'"),
    NO_QUESTION("%s:%s: no question is called '%s'", "%s:%s: 그런 이름의 질문이 없습니다: '%s'"),
    ANSWERED_BEFORE("%s:%s: '%s' was answered before; the first answer counts", "%s:%s: '%s'의 답이 앞에 있습니다. 첫 답만 셉니다"),
    MORE_SUCH("%s: and %s more such lines", "%s: 이런 줄이 %s개 더 있습니다"),

    MINUTES_READING("%s minutes · reading: %s", "%s분 · 읽을거리: %s"),
    WRITE_ANSWERS("Write your answers into %s, each behind its colon, and try them in this folder with\n\n    %s",
            "답은 %s에 각 콜론 뒤에 적고, 이 폴더에서 다음과 같이 확인하세요.\n\n    %s"),
    PACKETS("%s packets", "패킷 %s개"),
    WHAT_TO_DO("What to do", "할 일"),
    /** For somebody who has never used a terminal; the value is the lab's name. Indented lines are commands. */
    STEPS("""
            Open a terminal: a window in which you type commands (on Ubuntu: Ctrl+Alt+T). Each indented line below is a command:
            type it as it stands and press Enter, and what it prints appears below it. Where the answer is "command not found", go
            to Packetlab's folder first (cd and the folder's name) and write scripts/packetlab instead of packetlab.

            Play the lab, with your student number in place of ID. If your teacher gave you a key, add --token and its file:

                packetlab lab start %1$s --student ID

            After some seconds there is a folder %1$s with the questions (questions.txt), the packets (capture.pcapng) and a file for
            your answers (answers.txt). Read the questions and look at the packets, a line for each: when it passed, in
            microseconds; its number; an arrow from who sent it to who got it; what it carries. The arrow keys move, q leaves.

                less %1$s/questions.txt
                packetlab read -v %1$s/capture.pcapng | less

            Write each answer behind its colon (Ctrl+O and Enter save, Ctrl+X leaves), and ask what is right so far, as often as
            you like:

                nano %1$s/answers.txt
                packetlab lab check %1$s %1$s/answers.txt

            With a key, sign your answers, and then hand in the whole folder:

                packetlab lab hand-in %1$s --token FILE""", """
            터미널을 여세요. 명령을 입력하는 창입니다(우분투: Ctrl+Alt+T). 아래에서 들여 쓴 줄은 명령입니다. 그대로 입력하고 Enter를
            누르면 결과가 그 아래에 나타납니다. "command not found"가 나오면 먼저 Packetlab 폴더로 가서(cd 뒤에 폴더 이름) packetlab
            대신 scripts/packetlab이라고 쓰세요.

            실습을 실행하세요. ID 자리에는 학번을 씁니다. 선생님에게 받은 키가 있으면 --token과 그 파일을 덧붙이세요.

                packetlab lab start %1$s --student ID

            몇 초 뒤에 %1$s 폴더가 생기고, 그 안에 질문(questions.txt), 패킷(capture.pcapng), 답을 적을 파일(answers.txt)이 있습니다.
            질문을 읽고 패킷을 보세요. 한 줄에 패킷 하나씩, 지나간 시각(마이크로초), 번호, 보낸 쪽에서 받은 쪽으로 가는 화살표, 내용이
            나옵니다. 화살표 키로 움직이고 q로 나갑니다.

                less %1$s/questions.txt
                packetlab read -v %1$s/capture.pcapng | less

            답을 각 콜론 뒤에 적고(Ctrl+O와 Enter로 저장, Ctrl+X로 나가기), 지금까지 무엇이 맞는지 확인하세요. 몇 번이든 할 수 있습니다.

                nano %1$s/answers.txt
                packetlab lab check %1$s %1$s/answers.txt

            키가 있으면 답에 서명한 다음 폴더를 통째로 제출하세요.

                packetlab lab hand-in %1$s --token FILE"""),
    QUESTIONS("Questions", "질문"),
    AN_EXAMPLE("An example", "예시"),
    YOURS_DIFFERS("an example: yours differs", "예시: 각자의 것은 다릅니다"),
    ANSWERS_HEAD("# Answers of %s to %s. Write each behind its colon; lines that begin with # are notes of your own.",
            "# %s 학생의 답(%s). 각 콜론 뒤에 적으세요. #으로 시작하는 줄은 자유로운 메모입니다."),
    FILE_QUESTIONS("questions", "질문"),
    FILE_CAPTURE("capture", "캡처"),
    FILE_ANSWERS("answers", "답안"),
    FILE_ACTS("acts", "한 일"),
    NOTHING_KEPT("the lab was left, and nothing of this run is kept", "실습을 그만두었고 이번 실행은 남기지 않았습니다"),
    THEN("then", "다음"),
    AND("and", "제출"),

    THE_CLASS("The class", "학급"),
    CLASS_COUNTS("%s students · %s labs handed in · %s marked", "학생 %s명 · 제출한 실습 %s개 · 채점 %s개"),
    STUDENT("Student", "학생"),
    NAME("Name", "이름"),
    LAB("Lab", "실습"),
    WHAT("What", "내용"),
    IN_ALL("In all", "합계"),
    QUESTION("Question", "질문"),
    GIVEN("Answer", "답"),
    RESULT("Result", "결과"),
    POINTS_HEAD("Points", "점수"),
    NOT_MARKED("not marked", "채점 안 됨"),
    TO_BE_LOOKED_AT("To be looked at", "살펴볼 것"),
    NOTHING_IN_CSV("nothing handed in", "제출 없음"),
    NOTHING_HANDED_IN("Nothing was handed in.", "제출한 것이 없습니다."),
    TITLE_POINTS("%s: %s of %s points", "%1$s: %3$s점 중 %2$s점"),

    UNREADABLE_FILE("%s: cannot be read: %s", "%s: 읽을 수 없습니다: %s"),
    FOLDER_NOT_MARKED("%s: not marked: %s", "%s: 채점하지 못했습니다: %s"),
    NOT_MARKED_BECAUSE("not marked: %s", "채점하지 못했습니다: %s"),
    HANDED_IN_NOTHING("%s: has handed in nothing", "%s: 제출한 것이 없습니다"),
    NOT_IN_ROSTER("%s: the student %s is not in the roster", "%s: 명단에 없는 학생입니다: %s"),
    NO_SUCH_LAB("%s: there is no lab %s (--lab FOLDER names a teacher's own)", "%s: 그런 실습이 없습니다: %s (직접 만든 것은 --lab FOLDER로)"),
    TWICE("%s: %s has handed in %s twice; %s counts", "%s: %s 학생이 %s 실습을 두 번 제출했습니다. %s 폴더를 셉니다"),
    DAMAGED("the capture is damaged: %s", "캡처가 손상되었습니다: %s"),
    OTHER_CAPTURE("the capture is not the one that was recorded: it was changed or replaced",
            "기록된 캡처가 아닙니다. 바뀌었거나 다른 것입니다"),
    OTHER_ACTS("what was done is not as it was recorded: acts.txt was changed or replaced",
            "한 일의 기록(acts.txt)이 바뀌었거나 다른 것입니다"),
    NO_SIGNATURE("the run has no signature (lab start --token)", "실행에 서명이 없습니다(lab start --token)"),
    OTHER_SIGNATURE("the signature is not that of %s: another student's run, or an edited one",
            "%s 학생의 서명이 아닙니다. 다른 학생의 실행이거나 고친 것입니다"),
    OTHER_SEED("the run was made with another seed than the student's", "학생의 것이 아닌 시드로 실행했습니다"),
    ANSWERS_UNSIGNED("the answers are not signed (packetlab lab hand-in)", "답안에 서명이 없습니다(packetlab lab hand-in)"),
    ANSWERS_CHANGED("the answers were changed after they were signed, or signed with another key",
            "서명한 뒤에 답안이 바뀌었거나 다른 열쇠로 서명했습니다"),
    SAME_CAPTURE("the capture is that of %s, octet for octet", "%s 학생의 캡처와 한 바이트도 다르지 않습니다"),
    NOT_INDEPENDENT("cannot be independent: the wrong answer to %s is the right one of %s's capture",
            "혼자 쓴 답일 수 없습니다. %s의 틀린 답이 %s 학생의 캡처에서는 맞는 답입니다"),
    SUMMARY("%s students, %s labs marked: %s", "학생 %s명, 채점한 실습 %s개: %s"),
    ALREADY_SIGNED("signed: %s", "서명함: %s"),

    ACT_HOW_SEND("Type what a packet is made of, as in the lines above. help shows this again, done goes on.",
            "위의 예처럼 패킷의 내용을 적으세요. 도움말은 help(도움), 다음으로 가려면 done(끝)."),
    ACT_HOW_FILTER("Type a filter and see what it selects, as often as you like: the last one becomes your answer. "
            + "help shows this again, done goes on.",
            "필터를 적으면 고른 패킷이 보입니다. 몇 번이든 좋고 마지막 것이 답이 됩니다. 도움말은 help(도움), 다음으로 가려면 done(끝)."),
    ACT_HOW_RULE("Type one rule a line. try plays the traffic through them, clear forgets them, help shows this again; "
            + "done ends it, and what was tried last counts.",
            "한 줄에 규칙 하나씩 적으세요. try(시험)는 규칙을 걸고 통신을 돌리고, clear(지움)는 규칙을 지우며, help(도움)는 도움말입니다. "
                    + "done(끝)이면 끝나고 마지막으로 시험한 것을 셉니다."),
    ACT_SECOND_TERMINAL("Another terminal enters this network with:   %s", "다른 터미널에서 이 네트워크로 들어가려면:   %s"),
    ACT_TOO_LONG("a line of more than %s characters is not taken", "%s자를 넘는 줄은 받지 않습니다"),
    ACT_TOO_MANY("no more than %s lines are taken; the lab goes on", "%s줄까지만 받습니다. 실습을 계속합니다"),
    ACT_NO_RULES("there is no rule yet: everything passes", "아직 규칙이 없어 모두 통과합니다"),
    ACT_RULES("rules: %s", "규칙: %s"),
    ACT_RULE_TOOK("%s packets: %s", "패킷 %s개: %s"),
    ACT_AGAIN("Try again with more rules, or end with done.", "규칙을 더 적어 다시 시험하거나 done(끝)으로 마치세요."),
    ACT_AGAIN_NOT("this machine allows no second try here (%s); start the lab once more for one",
            "이 기계에서는 다시 시험할 수 없습니다(%s). 다시 하려면 실습을 새로 시작하세요"),
    ACT_SELECTED("selects %s of %s packets: %s", "전체 %2$s개 중 %1$s개를 고릅니다: %3$s"),
    ACT_SELECTED_NONE("selects none of %s packets", "전체 %s개 중 하나도 고르지 않습니다");

    private final String english;
    private final String korean;

    Phrase(String english, String korean) {
        this.english = english;
        this.korean = korean;
    }

    /** In that language, or in English where it is not one of ours. */
    public String in(String language, Object... values) {
        String text = language.equals("ko") ? korean : english;
        return values.length == 0 ? text : String.format(Locale.ROOT, text, values);
    }
}
