/**
 * Coursework: labs on traffic of a student's own, and their grading. A lab is a folder of text files ({@link
 * packetlab.labs.Lab}); playing one is {@link packetlab.labs.LabRun}, what a student does in it {@link packetlab.labs.Acts},
 * marking answers {@link packetlab.labs.Marker} and a whole class {@link packetlab.labs.ClassGrading}; what all of it says
 * is in {@link packetlab.labs.Phrase}. First file to read: {@link packetlab.labs.Lab}. Imports decode, report and native,
 * never the command line.
 */
package packetlab.labs;
